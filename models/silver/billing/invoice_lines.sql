{{ from_providers("invoice_lines", ["razorpay", "stripe", "braintree", "chargebee", "recurly"], {
    "invoice_line_id": "string",
    "invoice_id": "string",
    "subscription_item_id": "string",
    "price_id": "string",
    "kind": "string",
    "currency": "string",
    "amount_minor": "bigint",
    "discount_minor": "bigint",
    "tax_minor": "bigint",
    "service_from": "timestamp",
    "service_to": "timestamp",
}) }}
