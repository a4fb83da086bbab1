{{ config(materialized="ephemeral") }}
{%- set about = "struct<notificationType: string, purchaseToken: string, subscriptionId: string>" %}
with source as (
    select
        from_json(
            cast(unbase64(get_json_object(message, '$.data')) as string),
            'struct<eventTimeMillis: string, subscriptionNotification: {{ about }}>'
        ) as sent,
        _file_id as source_file_id
    from {{ source("bronze_google_play", "pubsub_messages") }}
),

opened as (
    select
        source.sent.eventtimemillis as event_millis,
        source.sent.subscriptionnotification as about,
        source.source_file_id
    from source
    union all
    select
        eventtimemillis as event_millis,
        from_json(subscriptionnotification, '{{ about }}') as about,
        _file_id as source_file_id
    from {{ source("bronze_google_play", "developer_notifications") }}
),

-- Pub/Sub delivers a message at least once, and the same one may have been kept decoded, too.
final as (
    select
        opened.about.purchasetoken as purchase_token,
        cast(try_cast(opened.about.notificationtype as decimal(9, 0)) as int) as notification_type,
        {{ from_epoch_millis("opened.event_millis") }} as event_at,
        max(opened.about.subscriptionid) as product_id,
        min(opened.source_file_id) as source_file_id
    from opened
    where opened.about.purchasetoken is not null
    group by opened.about.purchasetoken, opened.about.notificationtype, opened.event_millis
)

select * from final
