{{ config(materialized="ephemeral") }}
{%- set event = "status: string, timestamp: string, price: string, plan_id: string, currency_iso_code: string, "
    ~ "subscription_source: string" %}

with subscriptions as (
    select
        *,
        -- Without a history the object tells of its last state alone.
        coalesce(
            from_json(nullif(history_json, '[]'), 'array<struct<{{ event }}>>'),
            array(named_struct(
                'status', status, 'timestamp', cast(updated_at as string), 'price', price, 'plan_id', plan_id,
                'currency_iso_code', cast(null as string), 'subscription_source', cast(null as string)
            ))
        ) as history
    from {{ ref("stg_braintree__subscriptions") }}
),

events as (
    select
        *,
        inline(history) as (event_status, event_time, event_price, event_plan_id, event_currency, event_source)
    from subscriptions
),

placed as (
    select
        *,
        try_cast(event_time as timestamp) as valid_from,
        lower(replace(event_status, ' ', '_')) as event_status_raw
    from events
),

-- Of what happened in one second the furthest counts. A trial is Active too. It is over with the first billing on or
-- after the first billing date, which is only a day.
numbered as (
    select
        *,
        min(case when event_source = 'recurring' and cast(valid_from as date) >= first_billing_on then valid_from end)
            over (partition by subscription_id) as first_billed_at,
        lead(event_status_raw) over newest_first as previous_status,
        row_number() over newest_first as from_last,
        lag(valid_from) over newest_first is not distinct from valid_from as is_overtaken
    from placed
    where valid_from is not null
    window newest_first as (
        partition by subscription_id
        order by
            valid_from desc,
            array_position(array('pending', 'active', 'past_due', 'expired', 'canceled'), event_status_raw) desc,
            event_price asc,
            event_plan_id asc,
            event_currency asc,
            event_source asc
    )
),

owners as (
    select
        token,
        max(customer_id) as customer_id
    from (
        select
            customer_id,
            explode(tokens) as token
        from {{ ref("stg_braintree__customers") }}
    ) as tokens
    group by token
),

payers as (
    select
        subscription_id,
        max(customer_id) as customer_id
    from {{ ref("int_braintree__transactions") }}
    where subscription_id is not null
    group by subscription_id
),

plans as (
    select * from {{ ref("stg_braintree__plans") }}
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'braintree'
),

known as (
    select
        numbered.*,
        plans.months,
        coalesce(upper(numbered.event_currency), plans.currency) as currency,
        coalesce(owners.customer_id, payers.customer_id) as customer_id,
        case
            when numbered.has_trial
                then coalesce(numbered.first_billed_at, cast(numbered.first_billing_on as timestamp))
        end as trial_ends_at
    from numbered
    left join plans on coalesce(numbered.event_plan_id, numbered.plan_id) = plans.plan_id
    left join owners on numbered.payment_method_token = owners.token
    left join payers on numbered.subscription_id = payers.subscription_id
    where not numbered.is_overtaken
),

final as (
    select
        known.source_account_id,
        known.subscription_id,
        known.customer_id,
        coalesce(known.event_plan_id, known.plan_id) as plan_id,
        {{ minor_units("coalesce(known.event_price, known.price)", "exponents.exponent") }} as price_minor,
        known.currency,
        exponents.exponent,
        known.months,
        case
            when known.event_status_raw = 'pending' then 'incomplete'
            when known.event_status_raw in ('canceled', 'expired') then 'canceled'
            when known.event_status_raw = 'active' and known.valid_from < known.trial_ends_at then 'trialing'
            else known.event_status_raw
        end as status,
        known.trial_ends_at,
        case
            when known.from_last = 1 and known.event_status_raw not in ('canceled', 'expired')
                then cast(add_months(known.first_billing_on, known.billing_cycles * known.months) as timestamp)
        end as cancel_at,
        case
            when known.event_status_raw not in ('canceled', 'expired') then null
            -- Retries that all failed end it, if the account is set up so; else somebody did, or its cycles were over.
            when known.previous_status = 'past_due' and known.event_source = 'recurring' then 'payment_failure'
            else 'voluntary'
        end as end_reason,
        known.first_billing_on,
        known.billing_cycle,
        known.add_ons_json,
        known.discounts_json,
        known.created_at,
        known.updated_at,
        known.valid_from,
        known.source_file_id
    from known
    left join exponents on known.currency = exponents.currency
)

select * from final
