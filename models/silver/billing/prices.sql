with prices as (
    {{ from_providers("prices", ["stripe", "apple", "google_play", "razorpay", "braintree", "chargebee", "recurly"], {
        "price_id": "string",
        "product_id": "string",
        "currency": "string",
        "unit_amount_minor": "bigint",
        "billing_scheme": "string",
        "usage_type": "string",
        "interval": "string",
        "interval_count": "int",
        "trial_days": "int",
    }) }}
)

select
    provider,
    source_account_id,
    price_id,
    product_id,
    concat(provider, ':', product_id) as product_key,
    currency,
    unit_amount_minor,
    billing_scheme,
    usage_type,
    interval,
    interval_count,
    trial_days,
    source_file_id
from prices
