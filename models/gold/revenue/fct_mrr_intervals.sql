{%- set churns_at = open_end() -%}
{%- if var('auto_churn_days', none) is not none -%}
    {%- set churns_at -%}
        if(status = 'past_due', timestampadd(day, {{ var('auto_churn_days') }}, coalesce(
            max(case when status <> 'past_due' then valid_to end) over (
                partition by provider, subscription_item_id
                order by valid_from
                rows between unbounded preceding and 1 preceding
            ),
            min(valid_from) over (partition by provider, subscription_item_id)
        )), {{ open_end() }})
    {%- endset -%}
{%- endif -%}
{#- Amounts are in millionths of a minor unit until they are rounded, once, at the end. -#}
{%- set take_off -%}
    (amount, d) -> case
        when d.percent_off is null then greatest(amount - coalesce(d.amount_off_minor, 0L) * 1000000L, 0L)
        else (amount div 1000000L) * (1000000L - cast(d.percent_off * 10000 as bigint))
            + {{ round_div('(amount % 1000000L) * (1000000L - cast(d.percent_off * 10000 as bigint))', '1000000L') }}
    end
{%- endset -%}

with

source as (
    select
        *,
        case interval when 'year' then 1L when 'month' then 12L when 'week' then 52L when 'day' then 365L end
            as periods_a_year,
        {{ churns_at }} as churns_at
    from {{ ref('subscription_item_history') }}
),

-- An amount off is shared by the items of a subscription that count, so all are cut where one of them changes.
cuts as (
    select distinct
        provider,
        subscription_id,
        explode(concat(
            array(valid_from, valid_to, trial_ends_at, churns_at),
            transform(discounts, d -> d.starts_at),
            transform(discounts, d -> d.ends_at)
        )) as cut_at
    from source
),

segments as (
    select
        source.*,
        cuts.cut_at,
        coalesce(
            lead(cuts.cut_at) over (
                partition by source.provider, source.subscription_item_id, source.valid_from
                order by cuts.cut_at
            ),
            source.valid_to
        ) as next_cut_at,
        if(source.status = 'trialing' and cuts.cut_at >= source.trial_ends_at, 'active', source.status)
            as status_at_cut,
        filter(source.discounts, d -> d.starts_at <= cuts.cut_at and cuts.cut_at < d.ends_at) as in_force
    from source
    inner join cuts
        on
            source.provider = cuts.provider
            and source.subscription_id = cuts.subscription_id
            and {{ is_within('cuts.cut_at', 'source.valid_from', 'source.valid_to') }}
),

variants as (
    select
        *,
        status_at_cut = 'active' or (status_at_cut = 'past_due' and cut_at < churns_at) as is_counted,
        explode(array('contract', 'net', 'strict')) as variant
    from segments
),

less_own_discounts as (
    select
        *,
        filter(
            in_force, d -> not d.is_of_item and (variant = 'strict' or (variant = 'net' and d.duration <> 'once'))
        ) as shared_discounts,
        aggregate(
            filter(
                in_force, d -> d.is_of_item and (variant = 'strict' or (variant = 'net' and d.duration <> 'once'))
            ),
            if(is_counted, amount_minor * 1000000L, 0L),
            {{ take_off }}
        ) as item_left
    from variants
),

wholes as (
    select
        *,
        sum(item_left) over (partition by provider, subscription_id, cut_at, variant) as whole
    from less_own_discounts
),

less_shared_discounts as (
    select
        *,
        aggregate(shared_discounts, whole, {{ take_off }}) as whole_left
    from wholes
),

final as (
    select
        variant,
        provider,
        source_account_id,
        subscription_item_id,
        subscription_id,
        customer_id,
        customer_key,
        price_id,
        currency,
        quantity,
        status_at_cut as status,
        end_reason,
        is_counted and status_at_cut = 'past_due' as is_at_risk,
        if(whole > 0, {{ round_div(
            '(cast(item_left as decimal(38, 0)) * whole_left * periods_a_year)',
            '(cast(whole as decimal(38, 0)) * 12000000L * interval_count)'
        ) }}, 0L) as mrr_minor,
        cut_at as valid_from,
        next_cut_at as valid_to
    from less_shared_discounts
)

select * from final
