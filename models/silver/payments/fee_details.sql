{{ from_providers("fee_details", [
    "stripe", "adyen", "affirm", "apple", "google_play", "paypal", "razorpay", "braintree",
], {
    "movement_id": "string",
    "kind": "string",
    "amount_minor": "bigint",
    "currency": "string",
}) }}
