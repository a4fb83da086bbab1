{{ config(materialized="ephemeral") }}

with sales as (
    select
        *,
        row_number() over (partition by payment_id order by created_at, transaction_id) - 1 as retry_number
    from {{ ref("int_braintree__transactions") }}
    where kind = 'sale'
),

final as (
    select
        source_account_id,
        transaction_id as attempt_id,
        payment_id,
        case when subscription_id is not null then payment_id end as invoice_id,
        subscription_id,
        customer_id,
        authorized_minor as amount_minor,
        currency,
        created_at as attempted_at,
        case
            when status in ('authorized', 'voided', 'authorization_expired') or is_submitted then 'succeeded'
            when status = 'processor_declined' then 'declined'
            when status = 'gateway_rejected' then 'blocked'
            when status = 'authorizing' then 'pending'
            else 'failed'
        end as outcome,
        decline_code_raw,
        null as advice_code,
        method,
        wallet,
        case network when 'americanexpress' then 'amex' else network end as network,
        funding,
        card_country,
        case when coalesce(is_recurring, false) then 'merchant' else 'customer' end as initiator,
        retry_number,
        case
            when three_d_secure_status is null then 'none'
            when lookup_status = 'C' and three_d_secure_status = 'authenticate_successful' then 'challenged'
            when lookup_status = 'C' then 'challenge_failed'
            when lookup_status in ('Y', 'A') then 'frictionless'
            when three_d_secure_status = 'challenge_required' then 'challenge_failed'
            else 'none'
        end as authentication,
        exemption,
        case when status = 'gateway_rejected' then 'blocked' else 'accepted' end as risk_outcome,
        case when is_submitted then submitted_at end as captured_at,
        case when is_submitted then amount_minor else 0 end as captured_minor,
        source_file_id
    from sales
)

select * from final
