{{ config(materialized="ephemeral") }}
{%- set item = "struct<item: string, price: string, quantity: bigint, amount: bigint>" %}

with versions as (
    select
        *,
        -- What it began with, as far as its first version knows.
        least(activated_at, trial_starts_at) as begins_at,
        coalesce(expires_at, canceled_at, version_at) as over_at
    from {{ ref("stg_recurly__subscriptions") }}
    where version_at is not null
),

chosen as (
    select
        *,
        lag(version_at) over (partition by subscription_id order by version_at) as previous_at
    from (
        select
            *,
            row_number() over (
                partition by subscription_id, version_at
                order by
                    state_raw = 'expired' desc,
                    expiration_reason desc nulls last,
                    size(add_ons) desc nulls last,
                    plan_code asc,
                    source_file_id asc
            ) as choice
        from versions
    ) as numbered
    where choice = 1
),

-- Each file shows a subscription as it was when it was last modified, and stamps some of what happened before.
instants as (
    select
        *,
        explode(array_distinct(filter(
            array(
                version_at,
                begins_at,
                trial_ends_at,
                canceled_at,
                if(state_raw = 'paused', paused_at, cast(null as timestamp)),
                if(state_raw in ('expired', 'failed'), over_at, cast(null as timestamp))
            ),
            i -> i is not null
        ))) as valid_from
    from chosen
),

kept as (
    select
        *,
        state_raw in ('expired', 'failed') and valid_from >= over_at as is_ended
    from instants
    where
        valid_from <= version_at
        and valid_from > coalesce(previous_at, timestamp '1970-01-01 00:00:00')
        and (previous_at is not null or valid_from >= least(begins_at, version_at))
        and (state_raw not in ('expired', 'failed') or valid_from <= over_at)
),

final as (
    select
        subscription_id,
        customer_id,
        plan_code,
        currency,
        cast(null as string) as interval_unit,
        cast(null as int) as interval_length,
        concat(
            array(cast(
                named_struct(
                    'item', subscription_id, 'price', concat_ws(':', plan_code, currency), 'quantity', quantity,
                    'amount', unit_amount_minor * quantity
                ) as {{ item }}
            )),
            case
                when size(add_ons) > 0
                    then transform(
                        add_ons,
                        a -> cast(
                            named_struct(
                                'item', concat(subscription_id, ':', a.add_on.code),
                                'price', concat_ws(':', plan_code, a.add_on.code, currency),
                                'quantity', coalesce({{ whole_units("a.quantity") }}, 1L),
                                'amount', case
                                    when a.add_on.add_on_type = 'usage' then 0L
                                    else
                                        {{ minor_units("a.unit_amount", "exponent") }}
                                        * coalesce({{ whole_units("a.quantity") }}, 1L)
                                end
                            ) as {{ item }}
                        )
                    )
                -- An export has the sum of the add-ons only.
                when add_ons_minor <> 0
                    then array(cast(
                        named_struct(
                            'item', concat(subscription_id, ':add_ons'), 'price', cast(null as string),
                            'quantity', cast(null as bigint), 'amount', add_ons_minor
                        ) as {{ item }}
                    ))
                else cast(array() as array<{{ item }}>)
            end
        ) as items,
        case
            when is_ended then 'canceled'
            when state_raw in ('future', 'pending') then 'incomplete'
            when state_raw = 'paused' and valid_from >= coalesce(paused_at, version_at) then 'paused'
            when valid_from < trial_ends_at then 'trialing'
            else 'active'
        end as status,
        trial_ends_at,
        case when valid_from >= canceled_at then canceled_at end as cancel_requested_at,
        case when valid_from >= canceled_at and not is_ended then expires_at end as cancel_at,
        is_ended,
        expiration_reason,
        valid_from,
        source_file_id
    from kept
)

select * from final
