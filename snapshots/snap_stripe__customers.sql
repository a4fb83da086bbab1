{% snapshot snap_stripe__customers %}
    {{ config(
        unique_key='customer_id',
        strategy='check',
        check_cols=['customer_key', 'country', 'email_sha256', 'deleted_at'],
        hard_deletes='invalidate',
    ) }}
    select
        customer_id,
        customer_key,
        country,
        email_sha256,
        created_at,
        deleted_at
    from {{ ref('customers') }}
    where provider = 'stripe'
{% endsnapshot %}
