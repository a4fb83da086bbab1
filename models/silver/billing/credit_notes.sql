{{ from_providers("credit_notes", ["stripe", "recurly"], {
    "credit_note_id": "string",
    "invoice_id": "string",
    "status": "string",
    "reason": "string",
    "currency": "string",
    "amount_minor": "bigint",
    "tax_minor": "bigint",
    "total_minor": "bigint",
    "lines": "array<struct<invoice_line_id: string, amount_minor: bigint, tax_minor: bigint>>",
    "refund_ids": "array<string>",
    "issued_at": "timestamp",
    "voided_at": "timestamp",
}) }}
