{{ config(materialized="ephemeral") }}

-- Every sale that a report names: as authorised, as denied or pending, as captured.
with told as (
    select
        account_id,
        if(event_code like 'T00%' and reference_type = 'TXN', reference_id, transaction_id) as attempt_id,
        event_code = 'T1300' as is_authorisation,
        reference_id,
        reference_type,
        event_code,
        gross_minor,
        currency,
        initiated_at,
        status,
        consumer_id,
        card_type,
        source_file_id
    from {{ ref("int_paypal__details") }}
    where event_code = 'T1300' or (event_code like 'T00%' and is_credit)
),

captures as (
    select
        attempt_id,
        sum(gross_minor) as captured_minor,
        min(occurred_at) as captured_at
    from {{ ref("int_paypal__movements") }}
    where type = 'capture'
    group by attempt_id
),

-- Settlement reports alone name captures only.
sales as (
    select * from told
    union all
    select
        source_account_id as account_id,
        attempt_id,
        false as is_authorisation,
        reference_id,
        reference_type,
        event_code,
        gross_minor,
        currency,
        occurred_at as initiated_at,
        'S' as status,
        cast(null as string) as consumer_id,
        cast(null as string) as card_type,
        source_file_id
    from {{ ref("int_paypal__movements") }}
    where type = 'capture'
),

attempts as (
    select
        attempt_id,
        max(account_id) as account_id,
        max(if(is_authorisation, gross_minor, null)) as authorised_minor,
        max(gross_minor) as asked_minor,
        min(currency) as currency,
        min(initiated_at) as attempted_at,
        max(array_position(array('D', 'P', 'S', 'F', 'V'), status)) as progress,
        max(if(event_code in ('T0002', 'T0003'), 1, 0)) = 1 as is_recurring,
        max(if(reference_type = 'SUB', reference_id, null)) as subscription_id,
        max(consumer_id) as customer_id,
        max(lower(card_type)) as card_type,
        min(source_file_id) as source_file_id
    from sales
    group by attempt_id
),

final as (
    select
        attempts.account_id as source_account_id,
        attempts.attempt_id,
        attempts.attempt_id as payment_id,
        null as invoice_id,
        attempts.subscription_id,
        attempts.customer_id,
        coalesce(attempts.authorised_minor, captures.captured_minor, attempts.asked_minor) as amount_minor,
        attempts.currency,
        attempts.attempted_at,
        case
            when attempts.progress >= 3 then 'succeeded'
            when attempts.progress = 2 then 'pending'
            else 'declined'
        end as outcome,
        null as decline_code_raw,
        null as advice_code,
        if(attempts.card_type is null, 'paypal', 'card') as method,
        null as wallet,
        if(attempts.card_type = 'american express', 'amex', attempts.card_type) as network,
        null as funding,
        null as card_country,
        if(attempts.is_recurring, 'merchant', 'customer') as initiator,
        null as retry_number,
        null as authentication,
        null as exemption,
        null as risk_outcome,
        captures.captured_at,
        coalesce(captures.captured_minor, cast(0 as bigint)) as captured_minor,
        attempts.source_file_id
    from attempts
    left join captures on attempts.attempt_id = captures.attempt_id
)

select * from final
