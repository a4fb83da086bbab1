{{ config(materialized="ephemeral") }}

with movements as (
    select
        *,
        case when type in ('dispute', 'dispute_reversal') then 'dispute' else 'processing' end as own_kind
    from {{ ref("int_razorpay__movements") }}
    where fee_minor <> 0
),

parts as (
    select
        movement_id,
        own_kind as kind,
        fee_minor - tax_minor as amount_minor,
        currency,
        source_file_id
    from movements
    union all
    select
        movement_id,
        'tax' as kind,
        tax_minor as amount_minor,
        currency,
        source_file_id
    from movements
),

final as (
    select
        cast(null as string) as source_account_id,
        movement_id,
        kind,
        amount_minor,
        currency,
        source_file_id
    from parts
    where amount_minor <> 0
)

select * from final
