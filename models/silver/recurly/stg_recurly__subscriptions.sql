{{ config(materialized="ephemeral") }}
{%- set add_on = "array<struct<add_on: struct<code: string, add_on_type: string>, quantity: string, "
    ~ "unit_amount: string>>" %}

with source as (
    select
        uuid as subscription_id,
        account_code as customer_id,
        plan_code,
        state,
        currency,
        quantity,
        unit_amount,
        add_on_amount,
        cast(null as string) as add_ons_json,
        activated_at,
        trial_started_at,
        trial_ends_at,
        canceled_at,
        paused_at,
        expires_at,
        expiration_reason,
        modified_at as version_text,
        _file_id as source_file_id
    from {{ source("bronze_recurly", "export_subscriptions") }}
    union all
    select
        coalesce(uuid, id) as subscription_id,
        get_json_object(account, '$.code') as customer_id,
        get_json_object(plan, '$.code') as plan_code,
        state,
        currency,
        quantity,
        unit_amount,
        add_ons_total as add_on_amount,
        add_ons as add_ons_json,
        activated_at,
        trial_started_at,
        trial_ends_at,
        canceled_at,
        paused_at,
        expires_at,
        expiration_reason,
        updated_at as version_text,
        _file_id as source_file_id
    from {{ source("bronze_recurly", "subscriptions") }}
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'recurly'
),

parsed as (
    select
        source.subscription_id,
        source.customer_id,
        source.plan_code,
        lower(source.state) as state_raw,
        upper(source.currency) as currency,
        exponents.exponent,
        coalesce({{ whole_units("source.quantity") }}, 1L) as quantity,
        {{ minor_units("source.unit_amount", "exponents.exponent") }} as unit_amount_minor,
        coalesce({{ minor_units("source.add_on_amount", "exponents.exponent") }}, 0L) as add_ons_minor,
        from_json(source.add_ons_json, '{{ add_on }}') as add_ons,
        {{ recurly_instant("source.activated_at") }} as activated_at,
        {{ recurly_instant("source.trial_started_at") }} as trial_starts_at,
        {{ recurly_instant("source.trial_ends_at") }} as trial_ends_at,
        {{ recurly_instant("source.canceled_at") }} as canceled_at,
        {{ recurly_instant("source.paused_at") }} as paused_at,
        {{ recurly_instant("source.expires_at") }} as expires_at,
        lower(nullif(source.expiration_reason, '')) as expiration_reason,
        {{ recurly_instant("source.version_text") }} as modified_at,
        source.source_file_id
    from source
    left join exponents on upper(source.currency) = exponents.currency
    where source.subscription_id <> ''
),

final as (
    select
        *,
        -- The first version of the export does not say when a subscription was modified.
        coalesce(
            modified_at,
            greatest(activated_at, trial_starts_at, canceled_at, if(state_raw = 'expired', expires_at, activated_at))
        ) as version_at
    from parsed
)

select * from final
