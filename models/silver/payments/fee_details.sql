{{ from_providers("fee_details", ["stripe", "adyen"], {
    "movement_id": "string",
    "kind": "string",
    "amount_minor": "bigint",
    "currency": "string",
}) }}
