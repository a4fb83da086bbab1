{{ config(materialized="ephemeral") }}

with charges as (
    select * from {{ ref("stg_affirm__charges") }}
),

settled as (
    select
        attempt_id,
        max(source_account_id) as source_account_id,
        max(currency) as currency,
        max(loan_minor) as loan_minor,
        min(created_on) as created_on,
        max(channel) as channel,
        min(occurred_at) as captured_at,
        cast(sum(gross_minor) as bigint) as captured_minor,
        min(source_file_id) as source_file_id
    from {{ ref("int_affirm__movements") }}
    where type = 'capture' and attempt_id is not null
    group by attempt_id
),

captured as (
    select
        charge_id,
        min(created_at) as captured_at,
        cast(sum(amount_minor) as bigint) as captured_minor
    from {{ ref("stg_affirm__charge_events") }}
    where type in ('capture', 'split_capture') and charge_id is not null
    group by charge_id
),

-- Of a charge that was not read from the API the report knows that it was captured.
joined as (
    select
        settled.source_account_id,
        coalesce(charges.charge_id, settled.attempt_id) as attempt_id,
        coalesce(charges.amount_minor, settled.loan_minor, settled.captured_minor) as amount_minor,
        coalesce(charges.currency, settled.currency) as currency,
        coalesce(charges.created_at, cast(settled.created_on as timestamp), settled.captured_at) as attempted_at,
        settled.channel,
        coalesce(captured.captured_at, settled.captured_at) as captured_at,
        -- What the API tells of captures is in the report some days later, and the other way round if it was not read.
        greatest(coalesce(captured.captured_minor, 0L), coalesce(settled.captured_minor, 0L)) as captured_minor,
        coalesce(charges.source_file_id, settled.source_file_id) as source_file_id
    from charges
    full outer join settled on charges.charge_id = settled.attempt_id
    left join captured on charges.charge_id = captured.charge_id
)

select
    source_account_id,
    attempt_id,
    attempt_id as payment_id,
    null as invoice_id,
    null as subscription_id,
    null as customer_id,
    amount_minor,
    currency,
    attempted_at,
    -- A charge is there once Affirm has approved it; it is not told whom it declined.
    'succeeded' as outcome,
    null as decline_code_raw,
    null as advice_code,
    'affirm' as method,
    case channel when 'apple pay' then 'apple_pay' when 'google pay' then 'google_pay' end as wallet,
    null as network,
    null as funding,
    null as card_country,
    'customer' as initiator,
    null as retry_number,
    null as authentication,
    null as exemption,
    null as risk_outcome,
    captured_at,
    captured_minor,
    source_file_id
from joined
