{% snapshot snap_stripe__prices %}
    {{ config(
        unique_key='price_id',
        strategy='check',
        check_cols=[
            'product_id', 'currency', 'unit_amount_minor', 'billing_scheme', 'usage_type', 'interval', 'interval_count',
            'trial_days',
        ],
        hard_deletes='invalidate',
    ) }}
    select
        price_id,
        product_id,
        currency,
        unit_amount_minor,
        billing_scheme,
        usage_type,
        `interval`,
        interval_count,
        trial_days
    from {{ ref('prices') }}
    where provider = 'stripe'
{% endsnapshot %}
