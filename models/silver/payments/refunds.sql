{{ from_providers("refunds", ["razorpay", "stripe"], {
    "refund_id": "string",
    "attempt_id": "string",
    "payment_id": "string",
    "amount_minor": "bigint",
    "currency": "string",
    "reason": "string",
    "status": "string",
    "created_at": "timestamp",
}) }}
