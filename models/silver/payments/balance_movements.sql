with movements as (
    {{ from_providers("balance_movements", [
        "stripe", "adyen", "affirm", "apple", "google_play", "paypal", "razorpay", "braintree",
    ], {
        "movement_id": "string",
        "type": "string",
        "source_id": "string",
        "attempt_id": "string",
        "gross_minor": "bigint",
        "fee_minor": "bigint",
        "net_minor": "bigint",
        "currency": "string",
        "presentment_minor": "bigint",
        "presentment_currency": "string",
        "occurred_at": "timestamp",
        "available_at": "timestamp",
        "payout_id": "string",
    }) }}
)

select
    provider,
    source_account_id,
    movement_id,
    type,
    source_id,
    attempt_id,
    gross_minor,
    fee_minor,
    net_minor,
    currency,
    presentment_minor,
    presentment_currency,
    occurred_at,
    {{ reporting_date("occurred_at") }} as occurred_date,
    available_at,
    payout_id,
    source_file_id
from movements
