{{ config(materialized="ephemeral") }}

-- An authorization or a verification takes no money: what is captured of one is a transaction of its own.
with tries as (
    select
        *,
        coalesce(invoice_id, transaction_id) as payment_id,
        row_number() over (
            partition by coalesce(invoice_id, transaction_id) order by created_at, transaction_id
        ) - 1 as retry_number
    from {{ ref("int_recurly__transactions") }}
    where type in ('purchase', 'capture')
),

final as (
    select
        null as source_account_id,
        transaction_id as attempt_id,
        payment_id,
        invoice_id,
        subscription_id,
        customer_id,
        amount_minor,
        currency,
        created_at as attempted_at,
        case
            when status_raw in ('success', 'void', 'chargeback') then 'succeeded'
            when status_raw = 'declined' and fraud_decision = 'decline' then 'blocked'
            when status_raw = 'declined' then 'declined'
            when status_raw in ('pending', 'processing', 'scheduled') then 'pending'
            else 'failed'
        end as outcome,
        case when status_raw in ('declined', 'error') then decline_code_raw end as decline_code_raw,
        null as advice_code,
        case
            when method_raw in ('credit_card', 'apple_pay', 'google_pay') then 'card'
            else method_raw
        end as method,
        case when method_raw in ('apple_pay', 'google_pay') then method_raw end as wallet,
        case
            when network_raw = 'master' then 'mastercard'
            when network_raw = 'american express' then 'amex'
            when network_raw = 'diners club' then 'diners'
            else replace(network_raw, ' ', '')
        end as network,
        case
            when funding_raw like '%prepaid%' then 'prepaid'
            when funding_raw like '%debit%' then 'debit'
            when funding_raw like '%credit%' then 'credit'
        end as funding,
        card_country,
        case
            when
                origin in ('recurring', 'force_collect', 'recurly_admin', 'merchant', 'external_recovery')
                then 'merchant'
            when origin is not null then 'customer'
        end as initiator,
        retry_number,
        null as authentication,
        null as exemption,
        case fraud_decision when 'decline' then 'blocked' when 'review' then 'review' else 'accepted' end
            as risk_outcome,
        case when status_raw in ('success', 'chargeback') then collected_at end as captured_at,
        case when status_raw in ('success', 'chargeback') then amount_minor else 0L end as captured_minor,
        source_file_id
    from tries
)

select * from final
