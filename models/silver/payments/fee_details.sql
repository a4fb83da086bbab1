{{ from_providers("fee_details", ["stripe", "adyen", "paypal"], {
    "movement_id": "string",
    "kind": "string",
    "amount_minor": "bigint",
    "currency": "string",
}) }}
