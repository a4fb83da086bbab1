{{ from_providers("fee_details", ["paypal", "stripe"], {
    "movement_id": "string",
    "kind": "string",
    "amount_minor": "bigint",
    "currency": "string",
}) }}
