{{ from_providers("fee_details", ["apple", "google_play", "stripe"], {
    "movement_id": "string",
    "kind": "string",
    "amount_minor": "bigint",
    "currency": "string",
}) }}
