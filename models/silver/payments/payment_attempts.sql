with attempts as (
    {{ from_providers("payment_attempts", [
        "stripe", "adyen", "affirm", "braintree", "chargebee", "paypal", "razorpay", "recurly",
    ], {
        "attempt_id": "string",
        "payment_id": "string",
        "invoice_id": "string",
        "subscription_id": "string",
        "customer_id": "string",
        "amount_minor": "bigint",
        "currency": "string",
        "attempted_at": "timestamp",
        "outcome": "string",
        "decline_code_raw": "string",
        "advice_code": "string",
        "method": "string",
        "wallet": "string",
        "network": "string",
        "funding": "string",
        "card_country": "string",
        "initiator": "string",
        "retry_number": "int",
        "authentication": "string",
        "exemption": "string",
        "risk_outcome": "string",
        "captured_at": "timestamp",
        "captured_minor": "bigint",
    }) }}
),

final as (
    select
        attempts.provider,
        attempts.source_account_id,
        attempts.attempt_id,
        attempts.payment_id,
        attempts.invoice_id,
        attempts.subscription_id,
        attempts.customer_id,
        concat(attempts.provider, ':', attempts.customer_id) as customer_key,
        attempts.amount_minor,
        attempts.currency,
        attempts.attempted_at,
        {{ reporting_date("attempts.attempted_at") }} as attempted_date,
        attempts.outcome,
        attempts.decline_code_raw,
        -- A code that the seed does not know is a soft decline until somebody looks at it.
        coalesce(codes.decline_code, case when attempts.outcome in ('declined', 'blocked') then 'soft' end)
            as decline_code,
        coalesce(codes.is_retryable, case when attempts.outcome in ('declined', 'blocked') then true end)
            as is_retryable,
        attempts.advice_code,
        attempts.method,
        attempts.wallet,
        attempts.network,
        attempts.funding,
        attempts.card_country,
        attempts.initiator,
        attempts.retry_number,
        attempts.authentication,
        attempts.exemption,
        attempts.risk_outcome,
        attempts.captured_at,
        attempts.captured_minor,
        attempts.source_file_id
    from attempts
    left join {{ ref("decline_codes") }} as codes
        on attempts.provider = codes.provider and attempts.decline_code_raw = codes.decline_code_raw
)

select * from final
