{{ config(materialized="ephemeral") }}
{%- set item = "struct<item: string, price: string, quantity: bigint, amount: bigint>" %}

with versions as (
    select
        *,
        transform(
            add_on_codes,
            (c, i) -> named_struct(
                'code', c,
                'amount', case
                    when get(add_on_types, i) = 'usage' then 0L
                    else coalesce({{ minor_units("get(add_on_amounts, i)", "exponent") }}, 0L)
                end,
                'is_usage', coalesce(get(add_on_types, i) = 'usage', false)
            )
        ) as parts,
        row_number() over (
            partition by subscription_id, valid_from
            order by ended_at desc nulls first, state_raw = 'expired' desc, version_id asc
        ) as place
    from {{ ref("stg_recurly__subscription_history") }}
),

-- What the newest file knows of a subscription's trial and end.
facts as (
    select
        subscription_id,
        trial_ends_at,
        canceled_at,
        case when state_raw in ('expired', 'failed') then coalesce(expires_at, canceled_at, version_at) end as over_at,
        expiration_reason,
        row_number() over (
            partition by subscription_id
            order by version_at desc nulls last, expiration_reason desc nulls last, source_file_id asc
        ) as choice
    from {{ ref("stg_recurly__subscriptions") }}
),

known as (
    select
        versions.*,
        facts.over_at,
        facts.expiration_reason,
        facts.trial_ends_at as stated_trial_end_at,
        facts.canceled_at,
        aggregate(versions.parts, 0L, (t, p) -> t + p.amount) = versions.add_ons_minor as is_itemised,
        lead(versions.valid_from)
            over (partition by versions.subscription_id order by versions.valid_from)
            as next_from,
        min(case when not versions.is_in_trial then versions.valid_from end)
            over (partition by versions.subscription_id) as first_paid_at,
        min(versions.valid_from) over (partition by versions.subscription_id) as first_at,
        max(case when versions.state_raw not in ('canceled', 'expired') then versions.valid_from end) over (
            partition by versions.subscription_id order by versions.valid_from
            rows between unbounded preceding and current row
        ) as last_renewing_at
    from versions
    left join facts on versions.subscription_id = facts.subscription_id and facts.choice = 1
    where versions.place = 1
),

requested as (
    select
        *,
        min(case when state_raw = 'canceled' then valid_from end)
            over (partition by subscription_id, last_renewing_at) as cancel_requested_at,
        -- A version without a successor that ended when the subscription was to expire was its last one.
        coalesce(over_at, case when next_from is null and ended_at = expires_at then ended_at end) as end_at
    from known
),

instants as (
    select
        *,
        inline(filter(
            array(
                named_struct('at', valid_from, 'is_over', state_raw in ('expired', 'failed')),
                named_struct(
                    'at',
                    case
                        when
                            next_from is null and state_raw not in ('expired', 'failed') and end_at > valid_from
                            then end_at
                    end,
                    'is_over', true
                )
            ),
            i -> i.at is not null
        )) as (at, is_over)
    from requested
),

final as (
    select
        subscription_id,
        customer_id,
        plan_code,
        currency,
        interval_unit,
        interval_length,
        concat(
            array(cast(
                named_struct(
                    'item', subscription_id, 'price', concat_ws(':', plan_code, currency), 'quantity', quantity,
                    'amount', total_minor - add_ons_minor
                ) as {{ item }}
            )),
            case
                when is_itemised
                    then transform(
                        filter(array_distinct(add_on_codes), c -> c <> ''),
                        c -> cast(
                            named_struct(
                                'item', concat(subscription_id, ':', c),
                                'price', concat_ws(':', plan_code, c, currency),
                                -- One that is there twice is named twice.
                                'quantity', cast(size(filter(parts, p -> p.code = c and not p.is_usage)) as bigint),
                                'amount', aggregate(filter(parts, p -> p.code = c), 0L, (t, p) -> t + p.amount)
                            ) as {{ item }}
                        )
                    )
                else array(cast(
                    named_struct(
                        'item', concat(subscription_id, ':add_ons'), 'price', cast(null as string),
                        'quantity', cast(null as bigint), 'amount', add_ons_minor
                    ) as {{ item }}
                ))
            end
        ) as items,
        case
            when is_over then 'canceled'
            when state_raw in ('future', 'pending') then 'incomplete'
            when state_raw = 'paused' then 'paused'
            when is_in_trial then 'trialing'
            else 'active'
        end as status,
        coalesce(stated_trial_end_at, case when first_paid_at > first_at then first_paid_at end) as trial_ends_at,
        case
            when is_over then coalesce(canceled_at, cancel_requested_at)
            when state_raw = 'canceled' then cancel_requested_at
        end as cancel_requested_at,
        case when state_raw = 'canceled' and not is_over then expires_at end as cancel_at,
        is_over as is_ended,
        expiration_reason,
        at as valid_from,
        source_file_id
    from instants
)

select * from final
