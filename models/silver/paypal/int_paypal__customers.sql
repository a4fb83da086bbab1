{{ config(materialized="ephemeral") }}

-- Who paid, as the latest payment shows them.
select
    account_id as source_account_id,
    consumer_id as customer_id,
    country,
    email_sha256,
    null as created_at,
    null as deleted_at,
    source_file_id
from (
    select
        *,
        row_number() over (
            partition by consumer_id
            order by initiated_at desc, transaction_id asc, source_file_id asc
        ) as recency
    from {{ ref("int_paypal__details") }}
    where consumer_id is not null and is_credit and (event_code like 'T00%' or event_code = 'T1300')
) as payers
where recency = 1
