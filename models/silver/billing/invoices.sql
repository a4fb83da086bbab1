with stripe as (
    select
        'stripe' as provider,
        source_account_id,
        invoice_id,
        customer_id,
        concat('stripe:', customer_id) as customer_key,
        subscription_id,
        status,
        currency,
        subtotal_minor,
        discount_minor,
        tax_minor,
        total_minor,
        paid_minor,
        due_minor,
        issued_at,
        {{ reporting_date("issued_at") }} as issued_date,
        due_at,
        paid_at,
        voided_at,
        uncollectible_at,
        source_file_id
    from {{ ref("int_stripe__invoices") }}
)

select * from stripe
