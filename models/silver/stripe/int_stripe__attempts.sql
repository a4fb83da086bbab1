{{ config(materialized="ephemeral") }}

with versions as (
    select * from {{ ref("stg_stripe__charges") }}
),

-- A charge only moves forward: pending, then failed or succeeded, then captured. The furthest version is the one to
-- keep, in whatever order events and exports came.
numbered as (
    select
        *,
        min(captured_event_at) over (partition by charge_id) as first_captured_event_at,
        max(source_account_id) over (partition by charge_id) as account_id,
        row_number() over (
            partition by charge_id
            order by
                coalesce(status, 'pending') = 'pending' asc,
                is_captured desc,
                captured_minor desc,
                version_at desc nulls last,
                event_id desc nulls first,
                source_file_id asc
        ) as choice
    from versions
),

charges as (
    select
        *,
        coalesce(payment_id, charge_id) as attempt_payment_id,
        row_number() over (
            partition by coalesce(payment_id, charge_id)
            order by created_at, charge_id
        ) - 1 as retry_number,
        get_json_object(three_d_secure_json, '$.authentication_flow') as three_d_secure_flow,
        get_json_object(three_d_secure_json, '$.result') as three_d_secure_result,
        get_json_object(three_d_secure_json, '$.exemption_indicator') as exemption_indicator,
        get_json_object(three_d_secure_json, '$.authenticated') as three_d_secure_1_result
    from numbered
    where choice = 1
),

invoices as (
    select
        *,
        row_number() over (partition by payment_id order by issued_at, invoice_id) as invoice_number
    from {{ ref("int_stripe__invoices") }}
),

final as (
    select
        charges.account_id as source_account_id,
        charges.charge_id as attempt_id,
        charges.attempt_payment_id as payment_id,
        coalesce(charges.invoice_id, by_payment.invoice_id) as invoice_id,
        coalesce(by_id.subscription_id, by_payment.subscription_id) as subscription_id,
        charges.customer_id,
        charges.amount_minor,
        charges.currency,
        charges.created_at as attempted_at,
        case
            when charges.status in ('succeeded', 'pending') then charges.status
            when charges.outcome_type = 'blocked' then 'blocked'
            -- Charges from before 2016 have no outcome: the failure code says that a bank answered.
            when
                charges.network_status = 'declined_by_network' or charges.outcome_type = 'issuer_declined'
                or (charges.outcome_type is null and charges.failure_code = 'card_declined')
                then 'declined'
            else 'failed'
        end as outcome,
        -- failure_code is card_declined for nearly everything; the outcome's reason is what the bank said.
        case when charges.status = 'failed' then coalesce(charges.outcome_reason, charges.failure_code) end
            as decline_code_raw,
        charges.advice_code,
        charges.method,
        charges.wallet,
        charges.network,
        charges.funding,
        charges.card_country,
        -- Nothing on a charge says who started it, the invoice does: what is due at sign-up the customer pays, again
        -- and again for a day; cycles and thresholds bill without the customer, and so do retries.
        case
            when coalesce(by_id.invoice_id, by_payment.invoice_id) is null then 'customer'
            when coalesce(by_id.billing_reason, by_payment.billing_reason) = 'subscription_create' then 'customer'
            when coalesce(by_id.billing_reason, by_payment.billing_reason) = 'manual' and charges.retry_number = 0
                then 'customer'
            else 'merchant'
        end as initiator,
        cast(charges.retry_number as int) as retry_number,
        case
            when coalesce(substr(charges.three_d_secure_json, 1, 1), '') <> '{' then 'none'
            when charges.three_d_secure_result = 'exempted' then 'exempted'
            when charges.three_d_secure_flow = 'frictionless' then 'frictionless'
            when
                charges.three_d_secure_result in ('authenticated', 'attempt_acknowledged')
                or charges.three_d_secure_1_result = 'true'
                then 'challenged'
            when charges.three_d_secure_flow = 'challenge' or charges.three_d_secure_1_result = 'false'
                then 'challenge_failed'
            else 'none'
        end as authentication,
        charges.exemption_indicator as exemption,
        case charges.outcome_type
            when 'blocked' then 'blocked'
            when 'manual_review' then 'review'
            else 'accepted'
        end as risk_outcome,
        case
            when charges.is_captured and charges.status = 'succeeded'
                then coalesce(charges.first_captured_event_at, charges.created_at)
        end as captured_at,
        case when charges.status = 'succeeded' then charges.captured_minor else 0 end as captured_minor,
        charges.source_file_id
    from charges
    left join invoices as by_id on charges.invoice_id = by_id.invoice_id
    left join invoices as by_payment
        on charges.payment_id = by_payment.payment_id and by_payment.invoice_number = 1
)

select * from final
