{{ config(materialized="ephemeral") }}
{%- set pricing = "array<struct<currency: string, unit_amount: string>>" %}

with plans as (
    select
        *,
        row_number() over (partition by id order by updated_at desc nulls last, _file_id asc) as choice
    from {{ source("bronze_recurly", "plans") }}
    where id is not null
),

add_ons as (
    select
        *,
        row_number() over (partition by id order by updated_at desc nulls last, _file_id asc) as choice
    from {{ source("bronze_recurly", "add_ons") }}
    where id is not null
),

united as (
    select
        code as plan_code,
        cast(null as string) as add_on_code,
        false as is_usage,
        cast(null as string) as tier_type,
        interval_unit,
        interval_length,
        trial_unit,
        trial_length,
        currencies,
        _file_id as source_file_id
    from plans
    where choice = 1
    union all
    select
        plans.code as plan_code,
        add_ons.code as add_on_code,
        coalesce(add_ons.add_on_type = 'usage', false) as is_usage,
        add_ons.tier_type,
        plans.interval_unit,
        plans.interval_length,
        cast(null as string) as trial_unit,
        cast(null as string) as trial_length,
        add_ons.currencies,
        add_ons._file_id as source_file_id
    from add_ons
    inner join plans on add_ons.plan_id = plans.id
    where add_ons.choice = 1 and plans.choice = 1
),

listed as (
    select
        *,
        cast({{ whole_units("interval_length") }} as int) as length,
        cast({{ whole_units("trial_length") }} as int) as trial_count,
        inline(from_json(currencies, '{{ pricing }}')) as (currency_raw, amount_text)
    from united
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'recurly'
),

final as (
    select
        listed.plan_code,
        listed.add_on_code,
        upper(listed.currency_raw) as currency,
        listed.amount_text,
        {{ minor_units("listed.amount_text", "exponents.exponent") }} as unit_amount_minor,
        listed.is_usage,
        coalesce(listed.tier_type, 'flat') <> 'flat' as is_tiered,
        {{ recurly_interval("listed.interval_unit", "listed.length") }} as interval,
        {{ recurly_interval_count("listed.interval_unit", "listed.length") }} as interval_count,
        nullif(listed.trial_count, 0) * case when listed.trial_unit = 'months' then 30 else 1 end as trial_days,
        listed.source_file_id
    from listed
    left join exponents on upper(listed.currency_raw) = exponents.currency
)

select * from final
