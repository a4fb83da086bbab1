{{ from_providers("refunds", [
    "stripe", "adyen", "affirm", "apple", "braintree", "chargebee", "google_play", "paypal", "razorpay", "recurly",
], {
    "refund_id": "string",
    "attempt_id": "string",
    "payment_id": "string",
    "amount_minor": "bigint",
    "currency": "string",
    "reason": "string",
    "status": "string",
    "created_at": "timestamp",
}) }}
