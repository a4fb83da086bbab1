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
        sent.eventTimeMillis as event_millis,
        sent.subscriptionNotification as about,
        source_file_id
    from source
    union all
    select
        eventTimeMillis as event_millis,
        from_json(subscriptionNotification, '{{ about }}') as about,
        _file_id as source_file_id
    from {{ source("bronze_google_play", "developer_notifications") }}
),

-- Pub/Sub delivers a message at least once, and the same one may have been kept decoded, too.
final as (
    select
        about.purchaseToken as purchase_token,
        cast(try_cast(about.notificationType as decimal(9, 0)) as int) as notification_type,
        {{ from_epoch_millis("event_millis") }} as event_at,
        max(about.subscriptionId) as product_id,
        min(source_file_id) as source_file_id
    from opened
    where about.purchaseToken is not null
    group by about.purchaseToken, about.notificationType, event_millis
)

select * from final
