{% snapshot snap_published__mrr_monthly %}
    {{ config(
        unique_key='figure_key',
        strategy='check',
        check_cols=[
            'opening_minor', 'new_minor', 'expansion_minor', 'reactivation_minor', 'resumed_minor', 'contraction_minor',
            'paused_minor', 'churn_minor', 'closing_minor', 'mrr_at_risk_minor', 'customers',
        ],
        hard_deletes='invalidate',
    ) }}
    select
        concat_ws(' ', month_date, currency, variant) as figure_key,
        month_date,
        currency,
        variant,
        opening_minor,
        new_minor,
        expansion_minor,
        reactivation_minor,
        resumed_minor,
        contraction_minor,
        paused_minor,
        churn_minor,
        closing_minor,
        mrr_at_risk_minor,
        customers
    from {{ ref('rpt_mrr_monthly') }}
    where is_complete
{% endsnapshot %}
