with lines as (
    select
        *,
        case
            when line_type = 'charge' then 'capture'
            when line_type = 'charge refund' then 'refund'
            when line_type like '%tax%' or line_type like '%fee%' then 'fee'
            else 'correction'
        end as type
    from {{ ref("stg_google_play__earnings") }}
),

-- The file is the statement of one payment: the payout is the sum of its lines.
paid_out as (
    select
        payout_id,
        currency,
        max(occurred_at) as last_at,
        -cast(sum(amount_minor) as bigint) as gross_minor,
        min(source_file_id) as source_file_id
    from lines
    group by payout_id, currency
),

final as (
    select
        concat_ws(':', source_file_id, cast(source_record as string)) as movement_id,
        type,
        order_number as attempt_id,
        case when type = 'fee' then 0L else amount_minor end as gross_minor,
        case when type = 'fee' then amount_minor else 0L end as fee_minor,
        case
            when line_type like '%tax%' then 'tax'
            when line_type like 'google fee%' then 'store_commission'
            else 'processing'
        end as fee_kind,
        currency,
        case when type in ('capture', 'refund') then buyer_minor end as presentment_minor,
        case when type in ('capture', 'refund') then buyer_currency end as presentment_currency,
        occurred_at,
        payout_id,
        source_file_id
    from lines
    union all
    select
        payout_id as movement_id,
        'payout' as type,
        cast(null as string) as attempt_id,
        gross_minor,
        0L as fee_minor,
        cast(null as string) as fee_kind,
        currency,
        cast(null as bigint) as presentment_minor,
        cast(null as string) as presentment_currency,
        last_at as occurred_at,
        payout_id,
        source_file_id
    from paid_out
)

select * from final
