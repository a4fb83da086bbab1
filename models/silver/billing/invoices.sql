with invoices as (
    {{ from_providers("invoices", ["razorpay", "stripe", "braintree", "chargebee", "recurly"], {
        "invoice_id": "string",
        "customer_id": "string",
        "subscription_id": "string",
        "status": "string",
        "currency": "string",
        "subtotal_minor": "bigint",
        "discount_minor": "bigint",
        "tax_minor": "bigint",
        "total_minor": "bigint",
        "paid_minor": "bigint",
        "due_minor": "bigint",
        "issued_at": "timestamp",
        "due_at": "timestamp",
        "paid_at": "timestamp",
        "voided_at": "timestamp",
        "uncollectible_at": "timestamp",
    }) }}
)

select
    provider,
    source_account_id,
    invoice_id,
    customer_id,
    concat(provider, ':', customer_id) as customer_key,
    subscription_id,
    status,
    currency,
    subtotal_minor,
    discount_minor,
    tax_minor,
    total_minor,
    paid_minor,
    due_minor,
    issued_at,
    {{ reporting_date("issued_at") }} as issued_date,
    due_at,
    paid_at,
    voided_at,
    uncollectible_at,
    source_file_id
from invoices
