with customers as (
    {{ from_providers("customers", ["stripe", "apple", "paypal", "razorpay", "braintree", "chargebee", "recurly"], {
        "customer_id": "string",
        "country": "string",
        "email_sha256": "string",
        "created_at": "timestamp",
        "deleted_at": "timestamp",
    }) }}
)

select
    provider,
    source_account_id,
    customer_id,
    concat(provider, ':', customer_id) as customer_key,
    country,
    email_sha256,
    created_at,
    deleted_at,
    source_file_id
from customers
