{{ config(materialized="ephemeral") }}

{#- Payers' names and addresses end here; the e-mail address goes on as a hash. -#}
with rows as (
    {{ paypal_transactions("transaction_detail", [
        "transactional_status", "payer_s_account_id", "consumer_id", "card_type", "billing_address_country",
        "shipping_address_country",
    ]) }}
)

select
    account_id,
    transaction_id,
    reference_id,
    reference_type,
    merchant_reference,
    event_code,
    is_credit,
    currency,
    gross_minor,
    fee_minor,
    initiated_at,
    completed_at,
    -- A settlement report delivered in these columns has no status: it holds nothing but what was settled.
    coalesce(transactional_status, 'S') as status,
    consumer_id,
    case when payer_s_account_id like '%@%' then sha2(lower(trim(payer_s_account_id)), 256) end as email_sha256,
    coalesce(billing_address_country, shipping_address_country) as country,
    card_type,
    source_file_id,
    source_record
from rows
