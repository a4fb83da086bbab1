{{ config(materialized="ephemeral") }}

with earned as (
    select
        order_number,
        buyer_minor as refunded_minor,
        buyer_currency as currency,
        occurred_at as refunded_at,
        source_file_id,
        source_record
    from {{ ref("stg_google_play__earnings") }}
    where line_type = 'charge refund'
),

-- Estimated sales know the refunds of the running month, before it has an earnings report. Orders that earnings know
-- are theirs.
estimated as (
    select
        sales.order_number,
        sales.charged_minor as refunded_minor,
        sales.currency,
        sales.charged_at as refunded_at,
        sales.source_file_id,
        sales.source_record
    from {{ ref("stg_google_play__sales") }} as sales
    left anti join earned on sales.order_number = earned.order_number
    where sales.is_refund
),

refunds as (
    select * from earned
    union all
    select * from estimated
),

final as (
    select
        null as source_account_id,
        concat_ws(':', order_number, cast(row_number() over (
            partition by order_number
            order by refunded_at, source_file_id, source_record
        ) as string)) as refund_id,
        order_number as attempt_id,
        order_number as payment_id,
        abs(refunded_minor) as amount_minor,
        currency,
        null as reason,
        'succeeded' as status,
        refunded_at as created_at,
        source_file_id
    from refunds
)

select * from final
