with payouts as (
    {{ from_providers("payouts", [
        "stripe", "adyen", "affirm", "apple", "google_play", "paypal", "razorpay", "braintree",
    ], {
        "payout_id": "string",
        "amount_minor": "bigint",
        "currency": "string",
        "initiated_at": "timestamp",
        "arrives_at": "timestamp",
        "status": "string",
        "is_automatic": "boolean",
        "bank_reference": "string",
    }) }}
)

select
    provider,
    source_account_id,
    payout_id,
    amount_minor,
    currency,
    initiated_at,
    arrives_at,
    {{ reporting_date("arrives_at") }} as arrives_date,
    status,
    is_automatic,
    bank_reference,
    source_file_id
from payouts
