with source as (
    select * from {{ ref("stg_razorpay__recon_lines") }}
),

-- Two equal lines inside one file are two lines; equal lines of several files, or of report and API, are one.
counted as (
    select
        *,
        row_number() over (
            partition by source_file_id, entity_id, entity_type, settlement_id, debit_minor, credit_minor
            order by source_record
        ) as copy_number
    from source
),

-- The API knows the payment of a refund, the report when a payment was captured. A line that is not settled yet is over
-- once its entity has one that is.
compared as (
    select
        *,
        max(payment_id) over line as any_payment_id,
        max(captured_at) over line as any_captured_at,
        max(settlement_utr) over line as any_utr,
        max(settlement_id) over (partition by entity_id, entity_type) as any_settlement_id,
        row_number() over (
            partition by entity_id, entity_type, settlement_id, debit_minor, credit_minor, copy_number
            order by export desc, source_file_id asc, source_record asc
        ) as choice
    from counted
    window line as (
        partition by entity_id, entity_type, settlement_id, debit_minor, credit_minor, copy_number
    )
),

chosen as (
    select
        *,
        row_number() over (
            partition by entity_id
            order by settled_at nulls last, settlement_id, debit_minor, credit_minor, entity_type, copy_number
        ) as line_number
    from compared
    where choice = 1 and (settlement_id is not null or any_settlement_id is null)
),

final as (
    select
        case when line_number = 1 then entity_id else concat(entity_id, ':', line_number) end as movement_id,
        entity_type,
        entity_id,
        currency,
        amount_minor,
        fee_minor,
        tax_minor,
        credit_minor - debit_minor as net_minor,
        any_payment_id as payment_id,
        order_id,
        dispute_id,
        created_at,
        any_captured_at as captured_at,
        settlement_id,
        settled_at,
        any_utr as settlement_utr,
        source_file_id
    from chosen
)

select * from final
