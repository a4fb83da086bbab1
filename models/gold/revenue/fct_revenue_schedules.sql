{%- set moves = ['billed', 'credited', 'refunded', 'voided', 'written_off', 'recognised', 'bad_debt', 'unbilled'] -%}
{%- set before_billing = chosen('revenue_before_billing', ['accrue', 'catch_up']) -%}
with

obligations as (
    select * from {{ ref('int_revenue__obligations') }}
),

reductions as (
    select
        *,
        min(month_date) over (partition by provider, invoice_line_id) as first_reduced_month,
        max(month_date) over (partition by provider, invoice_line_id) as last_reduced_month
    from {{ ref('int_revenue__reductions') }}
),

reduced_lines as (
    select distinct
        provider,
        invoice_line_id,
        first_reduced_month,
        last_reduced_month
    from reductions
),

months as (
    select
        obligations.*,
        {{ reporting_month('obligations.lost_at') }} as lost_month,
        explode(sequence(
            least(
                {{ reporting_month('obligations.issued_at') }},
                {{ reporting_month('obligations.service_from') }},
                reduced_lines.first_reduced_month
            ),
            greatest(
                {{ reporting_month('obligations.issued_at') }},
                {{ reporting_month('timestampadd(microsecond, -1, obligations.service_to)') }},
                {{ reporting_month('obligations.voided_at') }},
                {{ reporting_month('obligations.lost_at') }},
                {{ reporting_month('obligations.recovered_at') }},
                reduced_lines.last_reduced_month
            ),
            interval 1 month
        )) as month_date
    from obligations
    left join reduced_lines
        on
            obligations.provider = reduced_lines.provider
            and obligations.invoice_line_id = reduced_lines.invoice_line_id
),

-- Everything from here on is how a line stands at the end of a month; only the last step takes differences.
reached as (
    select
        months.*,
        months.issued_at < {{ starts_at('add_months(months.month_date, 1)') }} as is_issued,
        coalesce(months.voided_at < {{ starts_at('add_months(months.month_date, 1)') }}, false) as is_void,
        coalesce(months.lost_at < {{ starts_at('add_months(months.month_date, 1)') }}, false)
        and not coalesce(months.recovered_at < {{ starts_at('add_months(months.month_date, 1)') }}, false)
            as is_given_up,
        coalesce(sum(reductions.line_credit_minor) over line, 0L) as line_credit_minor,
        coalesce(sum(reductions.credit_minor) over line, 0L) as credit_minor,
        coalesce(sum(reductions.refund_minor) over line, 0L) as refund_minor
    from months
    left join reductions
        on
            months.provider = reductions.provider
            and months.invoice_line_id = reductions.invoice_line_id
            and months.month_date = reductions.month_date
    window line as (
        partition by months.provider, months.invoice_line_id
        order by months.month_date
        rows between unbounded preceding and current row
    )
),

reduced as (
    select
        *,
        is_given_up and not is_void as is_lost,
        if(is_given_up, lost_month, month_date) as earned_month,
        {{ reduction_of_line('credit_minor') }} as credited_minor,
        {{ reduction_of_line('credit_minor + refund_minor') }} as reduced_minor
    from reached
),

earned as (
    select
        *,
        amount_minor - reduced_minor as left_minor,
        {{ recognised_before('(amount_minor - reduced_minor)', 'earned_month') }} as earned_before,
        {{ recognised_before('(amount_minor - reduced_minor)', 'add_months(earned_month, 1)') }} as earned_after,
        greatest(service_from, {{ starts_at('lost_month') }}) as lost_from,
        least(service_to, {{ starts_at('add_months(lost_month, 1)') }}) as lost_to
    from reduced
),

recognised as (
    select
        *,
        case
            when is_void then 0L
            when is_lost and lost_to > lost_from then earned_before + {{ share_of(
                'earned_after - earned_before',
                'unix_micros(least(greatest(lost_at, lost_from), lost_to)) - unix_micros(lost_from)',
                'unix_micros(lost_to) - unix_micros(lost_from)'
            ) }}
            {%- if before_billing == 'catch_up' %}
                when not is_issued then 0L
            {%- endif %}
            else earned_after
        end as recognised
    from earned
),

balances as (
    select
        *,
        if(is_issued, amount_minor, 0L) as billed,
        -credited_minor as credited,
        credited_minor - reduced_minor as refunded,
        if(is_void, -left_minor, 0L) as voided,
        if(is_lost, recognised - left_minor, 0L) as written_off,
        if(is_lost, recognised, 0L) as bad_debt,
        if(is_issued, 0L, recognised) as unbilled,
        if(is_issued and not is_void and not is_lost, left_minor - recognised, 0L) as deferred
    from recognised
),

final as (
    select
        provider,
        source_account_id,
        invoice_line_id,
        invoice_id,
        subscription_id,
        customer_id,
        customer_key,
        price_id,
        kind,
        currency,
        month_date,
        {%- for move in moves %}
            cast({{ move }} - lag({{ move }}, 1, 0L) over line as bigint)
                as {{ move }}{{ '_change' if move == 'unbilled' }}_minor,
        {%- endfor %}
        cast(unbilled as bigint) as unbilled_minor,
        cast(deferred as bigint) as deferred_minor
    from balances
    window line as (partition by provider, invoice_line_id order by month_date)
)

select * from final
