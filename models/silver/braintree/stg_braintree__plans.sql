{{ config(materialized="ephemeral") }}

with source as (
    select
        *,
        row_number() over (partition by id order by updated_at desc nulls last, _file_id asc) as choice
    from {{ source("bronze_braintree", "plans") }}
    where id is not null
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'braintree'
),

final as (
    select
        source.id as plan_id,
        upper(source.currency_iso_code) as currency,
        {{ minor_units("source.price", "exponents.exponent") }} as unit_amount_minor,
        cast({{ whole_units("source.billing_frequency") }} as int) as months,
        cast(
            case when source.trial_period = 'true' then {{ whole_units("source.trial_duration") }} end
            * case source.trial_duration_unit when 'month' then 30 else 1 end as int
        ) as trial_days,
        source._file_id as source_file_id
    from source
    left join exponents on upper(source.currency_iso_code) = exponents.currency
    where source.choice = 1
)

select * from final
