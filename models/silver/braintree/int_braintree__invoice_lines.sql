{{ config(materialized="ephemeral") }}

select
    source_account_id,
    concat(invoice_id, ':1') as invoice_line_id,
    invoice_id,
    subscription_id as subscription_item_id,
    plan_id as price_id,
    'subscription' as kind,
    currency,
    total_minor - tax_minor as amount_minor,
    discount_minor,
    tax_minor,
    cast(period_from as timestamp) as service_from,
    cast(date_add(period_until, 1) as timestamp) as service_to,
    source_file_id
from {{ ref("int_braintree__invoices") }}
