{{ config(materialized="ephemeral") }}
{%- set part = "id: string, amount: string, quantity: string, never_expires: string, number_of_billing_cycles: string, "
    ~ "current_billing_cycle: string" %}

with subscriptions as (
    select *
    from (
        select
            *,
            row_number() over (partition by subscription_id order by valid_from desc) as from_last
        from {{ ref("int_braintree__subscription_states") }}
    ) as states
    where from_last = 1
),

united as (
    {%- for kind in ["add_on", "discount"] %}
        select
            *,
            '{{ kind }}' as kind,
            inline(from_json({{ kind }}s_json, 'array<struct<{{ part }}>>')) as (
                modification_id, amount_text, quantity_text, is_endless, cycles_text, cycle_text
            )
        from subscriptions
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

-- It counts the billing cycles in which it was billed: so many of the subscription's own went by before it came.
counted as (
    select
        *,
        coalesce(billing_cycle - cast({{ whole_units("cycle_text") }} as int), 0) as cycles_before,
        case when is_endless = 'true' then null else cast({{ whole_units("cycles_text") }} as int) end as cycles
    from united
),

final as (
    select
        subscription_id,
        kind,
        modification_id,
        cast({{ whole_units("quantity_text") }} as bigint) as quantity,
        {{ minor_units("amount_text", "exponent") }} * coalesce({{ whole_units("quantity_text") }}, 1) as amount_minor,
        case when cycles is null then 'forever' when cycles = 1 then 'once' else 'repeating' end as duration,
        case
            when cycles_before > 0 then cast(add_months(first_billing_on, cycles_before * months) as timestamp)
            else created_at
        end as starts_at,
        coalesce(
            cast(add_months(first_billing_on, (greatest(cycles_before, 0) + cycles) * months) as timestamp),
            {{ open_end() }}
        ) as ends_at
    from counted
)

select * from final
