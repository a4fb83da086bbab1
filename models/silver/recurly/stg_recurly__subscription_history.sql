{{ config(materialized="ephemeral") }}

with source as (
    select * from {{ source("bronze_recurly", "export_subscription_history") }}
    where version_uuid <> ''
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
        source.subscription_uuid as subscription_id,
        source.version_uuid as version_id,
        source.account_code as customer_id,
        lower(source.subscription_state) as state_raw,
        source.plan_code,
        upper(source.subscription_currency) as currency,
        exponents.exponent,
        source.version_plan_interval_unit as interval_unit,
        cast({{ whole_units("source.version_plan_interval_length") }} as int) as interval_length,
        {{ whole_units("source.version_subscription_quantity") }} as quantity,
        {{ minor_units("source.version_subscription_unit_amount", "exponents.exponent") }} as unit_amount_minor,
        {{ minor_units("source.version_total_recurring_amount", "exponents.exponent") }} as total_minor,
        coalesce({{ minor_units("source.version_add_ons_total", "exponents.exponent") }}, 0L) as add_ons_minor,
        transform(split(coalesce(source.version_add_on_codes, ''), ','), c -> trim(c)) as add_on_codes,
        transform(split(coalesce(source.version_add_on_types, ''), ','), c -> lower(trim(c))) as add_on_types,
        transform(split(coalesce(source.version_add_on_unit_amounts, ''), ','), c -> trim(c)) as add_on_amounts,
        coalesce(upper(source.version_in_trial) in ('Y', 'TRUE'), false) as is_in_trial,
        {{ recurly_instant("source.subscription_expires_at") }} as expires_at,
        {{ recurly_instant("source.version_started_at") }} as valid_from,
        {{ recurly_instant("source.version_ended_at") }} as ended_at,
        source._file_id as source_file_id
    from source
    left join exponents on upper(source.subscription_currency) = exponents.currency
),

-- Each export holds all versions again; a later one knows when a version ended.
final as (
    select
        *,
        row_number() over (
            partition by subscription_id, version_id
            order by ended_at desc nulls last, expires_at desc nulls last, source_file_id asc
        ) as choice
    from parsed
)

select * from final
where choice = 1
