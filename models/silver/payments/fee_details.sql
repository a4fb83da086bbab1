{{ from_providers("fee_details", ["razorpay", "stripe"], {
    "movement_id": "string",
    "kind": "string",
    "amount_minor": "bigint",
    "currency": "string",
}) }}
