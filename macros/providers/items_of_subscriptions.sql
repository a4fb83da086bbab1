{#- Items of the subscriptions of a provider that lists all of them in each version: one row per item and version since it began, where
    it is in the list as it is there, where it is no longer as it was, and over. Reads `int_<provider>__subscription_versions` and
    `int_<provider>__listed_items`. A version that may have left items out (`has_more_items`) ends none. Where the version has no currency,
    its items' prices have one. -#}
{% macro items_of_subscriptions(provider) -%}
with versions as (
    select * from {{ ref("int_" ~ provider ~ "__subscription_versions") }}
),

listed as (
    select * from {{ ref("int_" ~ provider ~ "__listed_items") }}
),

lives as (
    select
        subscription_id,
        subscription_item_id,
        min(valid_from) as starts_at
    from listed
    group by subscription_id, subscription_item_id
),

-- Every item meets every version of its subscription since it began, to see where it is gone.
states as (
    select
        versions.subscription_id,
        lives.subscription_item_id,
        versions.valid_from,
        versions.customer_id,
        versions.currency,
        versions.trial_ends_at,
        versions.cancel_requested_at,
        versions.cancel_at,
        versions.source_account_id,
        versions.source_file_id,
        listed.subscription_item_id is null and not versions.has_more_items and versions.status <> 'canceled'
            as is_removed,
        versions.status,
        versions.end_reason,
        lives.starts_at,
        last_value(
            case
                when listed.subscription_item_id is not null
                    then struct(
                        listed.price_id,
                        listed.quantity,
                        listed.amount_minor,
                        listed.price_currency,
                        listed.billing_interval,
                        listed.interval_count
                    )
            end
        ) ignore nulls over item_so_far as item
    from lives
    inner join versions
        on lives.subscription_id = versions.subscription_id and lives.starts_at <= versions.valid_from
    left join listed
        on
            versions.subscription_id = listed.subscription_id
            and versions.valid_from = listed.valid_from
            and lives.subscription_item_id = listed.subscription_item_id
    window item_so_far as (
        partition by lives.subscription_id, lives.subscription_item_id
        order by versions.valid_from
        rows between unbounded preceding and current row
    )
),

-- Items that begin at the instant at which another one of the same customer ends: a plan migration, whatever the
-- reason says.
successors as (
    select distinct
        customer_id,
        valid_from as starts_at
    from states
    where valid_from = starts_at and status not in ('canceled', 'incomplete')
),

final as (
    select
        states.subscription_id,
        states.subscription_item_id,
        states.valid_from,
        states.customer_id,
        states.item.price_id,
        states.item.quantity,
        states.item.amount_minor,
        coalesce(states.currency, states.item.price_currency) as currency,
        states.item.billing_interval,
        states.item.interval_count,
        case when states.is_removed then 'canceled' else states.status end as status,
        states.trial_ends_at,
        states.cancel_requested_at,
        states.cancel_at,
        states.is_removed or states.status = 'canceled' as is_ended,
        case
            when not states.is_removed and states.status <> 'canceled' then null
            when states.end_reason = 'payment_failure' then 'payment_failure'
            when successors.customer_id is not null then 'migration'
            when states.is_removed then 'voluntary'
            else states.end_reason
        end as end_reason,
        states.source_account_id,
        states.source_file_id
    from states
    left join successors
        on states.customer_id = successors.customer_id and states.valid_from = successors.starts_at
)

select * from final
{%- endmacro %}


{#- States of those items with their discounts, of `int_<provider>__subscription_discounts`, which names in the column `item` what a
    discount is for; null there is the whole subscription. -#}
{% macro states_of_items(provider, item="subscription_item_id") -%}
with items as (
    select * from {{ ref("int_" ~ provider ~ "__subscription_items") }}
),

discounts as (
    select
        subscription_id,
        valid_from,
        array_sort(collect_list(struct(
            starts_at, discount_id, {{ item }}, kind, percent_off, amount_off_minor, duration, ends_at
        ))) as discounts
    from {{ ref("int_" ~ provider ~ "__subscription_discounts") }}
    group by subscription_id, valid_from
),

final as (
    select
        items.source_account_id,
        items.subscription_item_id,
        items.subscription_id,
        items.customer_id,
        items.price_id,
        items.quantity,
        items.amount_minor,
        items.currency,
        items.billing_interval,
        items.interval_count,
        items.status,
        transform(
            filter(
                coalesce(discounts.discounts, array()),
                d -> d.{{ item }} is null or d.{{ item }} = items.{{ item }}
            ),
            d -> struct(
                coalesce(d.kind, 'unknown') as kind,
                d.percent_off,
                {{ common_units(provider, "d.amount_off_minor", "items.currency") }} as amount_off_minor,
                d.duration,
                d.starts_at,
                coalesce(d.ends_at, {{ open_end() }}) as ends_at,
                d.discount_id,
                d.{{ item }} is not null as is_of_item
            )
        ) as discounts,
        items.trial_ends_at,
        items.cancel_requested_at,
        items.cancel_at,
        items.is_ended,
        items.end_reason,
        items.valid_from,
        items.source_file_id
    from items
    left join discounts
        on items.subscription_id = discounts.subscription_id and items.valid_from = discounts.valid_from
)

select * from final
{%- endmacro %}
