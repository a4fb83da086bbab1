{{ config(materialized="ephemeral") }}

with transactions as (
    select * from {{ ref("int_chargebee__transactions") }}
),

sources as (
    select *
    from (
        select
            *,
            {{ chargebee_choice("payment_source_id") }}
        from {{ ref("stg_chargebee__payment_sources") }}
    ) as versions
    where choice = 1
),

captures as (
    select
        authorization_id,
        min(created_at) as captured_at,
        min(invoice_id) as invoice_id,
        sum(amount_minor) as captured_minor
    from transactions
    where type_raw = 'payment' and authorization_id is not null and status_raw = 'success' and not is_reversed
    group by authorization_id
),

-- An authorisation and the payments that capture it are one attempt; to verify a card asks for no money.
attempts as (
    select
        transactions.*,
        coalesce(transactions.invoice_id, captures.invoice_id) as billed_invoice_id,
        case
            when transactions.type_raw = 'authorization' then captures.captured_at
            when transactions.status_raw = 'success' and not transactions.is_reversed then transactions.created_at
        end as captured_at,
        case
            when transactions.type_raw = 'authorization' then coalesce(captures.captured_minor, 0L)
            when transactions.status_raw = 'success' and not transactions.is_reversed then transactions.amount_minor
            else 0L
        end as captured_minor
    from transactions
    left join captures on transactions.transaction_id = captures.authorization_id
    where
        (transactions.type_raw = 'payment' and transactions.authorization_id is null)
        or (transactions.type_raw = 'authorization' and not transactions.is_verification)
),

final as (
    select
        attempts.source_account_id,
        attempts.transaction_id as attempt_id,
        coalesce(attempts.billed_invoice_id, attempts.transaction_id) as payment_id,
        attempts.billed_invoice_id as invoice_id,
        attempts.subscription_id,
        attempts.customer_id,
        attempts.amount_minor,
        attempts.currency,
        attempts.created_at as attempted_at,
        case
            when attempts.is_reversed then 'failed'
            when attempts.status_raw in ('success', 'voided') then 'succeeded'
            when attempts.status_raw in ('in_progress', 'needs_attention') then 'pending'
            when attempts.status_raw = 'failure' and attempts.is_fraudulent then 'blocked'
            when attempts.status_raw = 'failure' and attempts.error_code is not null then 'declined'
            else 'failed'
        end as outcome,
        case when attempts.status_raw not in ('success', 'voided') then attempts.error_code end as decline_code_raw,
        attempts.advice_code,
        case when attempts.method_raw in ('apple_pay', 'google_pay') then 'card' else attempts.method_raw end as method,
        case when attempts.method_raw in ('apple_pay', 'google_pay') then attempts.method_raw end as wallet,
        case attempts.brand
            when 'american_express' then 'amex'
            when 'diners_club' then 'diners'
            when 'other' then null
            when 'not_applicable' then null
            else attempts.brand
        end as network,
        case when attempts.funding_raw in ('credit', 'debit', 'prepaid') then attempts.funding_raw end as funding,
        sources.card_country,
        -- Only what a customer pays on the spot is marked; what is recorded by hand nobody charged.
        case when attempts.gateway <> 'not_applicable' then coalesce(attempts.initiator_type, 'merchant') end
            as initiator,
        cast(
            row_number() over (
                partition by coalesce(attempts.billed_invoice_id, attempts.transaction_id)
                order by attempts.created_at, attempts.transaction_id
            ) - 1 as int
        ) as retry_number,
        -- That 3-D Secure took place is said, not whether the customer was challenged.
        case when not coalesce(attempts.is_three_d_secure, false) then 'none' end as authentication,
        cast(null as string) as exemption,
        if(attempts.is_fraudulent, 'blocked', 'accepted') as risk_outcome,
        attempts.captured_at,
        attempts.captured_minor,
        attempts.source_file_id
    from attempts
    left join sources on attempts.payment_source_id = sources.payment_source_id
)

select * from final
