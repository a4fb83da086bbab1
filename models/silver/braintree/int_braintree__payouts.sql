{{ config(materialized="ephemeral") }}

with final as (
    select
        source_account_id,
        payout_id,
        cast(sum(gross_minor + fee_minor) as bigint) as amount_minor,
        currency,
        cast(disbursed_on as timestamp) as initiated_at,
        null as arrives_at,
        case when max(is_paid) then 'paid' else 'unknown' end as status,
        true as is_automatic,
        null as bank_reference,
        min(source_file_id) as source_file_id
    from {{ ref("int_braintree__movements") }}
    group by source_account_id, payout_id, currency, disbursed_on
)

select * from final
