{{ config(materialized="ephemeral") }}
{%- set columns = ["id", "currency_code", "pricing_model", "price", "price_in_decimal", "period", "period_unit"] %}
{%- set trial = ["trial_period", "trial_period_unit"] %}
{%- set own = {"item_price": ["item_id"] + trial, "plan": trial, "addon": []} %}

-- Item prices are the newer catalogue's; plans and addons the older one's.
with source as (
    {%- for kind, more in own.items() %}
        select
            id as price_id,
            '{{ kind }}' as kind,
            {{ "item_id" if "item_id" in more else "id" }} as product_id,
            currency_code,
            pricing_model,
            price,
            price_in_decimal,
            period_unit,
            period,
            {{ "trial_period" if more else "cast(null as string)" }} as trial_period,
            {{ "trial_period_unit" if more else "cast(null as string)" }} as trial_period_unit,
            version,
            version_at,
            source_file_id
        from ({{ chargebee_versions(kind ~ "s", kind, columns + more) }}) as {{ kind }}s
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

final as (
    select
        price_id,
        kind,
        product_id,
        upper(currency_code) as currency,
        coalesce(pricing_model, 'flat_fee') in ('flat_fee', 'per_unit') as is_per_unit,
        {{ whole_units("price") }} as price_minor,
        price_in_decimal,
        case when period_unit in ('day', 'week', 'month', 'year') then period_unit end as billing_interval,
        cast({{ whole_units("period") }} as int) as interval_count,
        cast(case when trial_period_unit = 'day' then {{ whole_units("trial_period") }} end as int) as trial_days,
        version,
        version_at,
        source_file_id
    from source
)

select * from final
