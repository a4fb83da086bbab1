with source as (
    {{ stripe_versions("invoices", "invoice", [
        "id", "created", "customer", "subscription", "parent", "currency", "status", "billing_reason", "charge",
        "payment_intent", "payments", "subtotal", "total_discount_amounts", "total_tax_amounts", "total_taxes", "tax",
        "total", "amount_paid", "amount_due", "lines", "status_transitions", "due_date", "effective_at",
    ]) }}
),

final as (
    select
        id as invoice_id,
        customer as customer_id,
        coalesce(subscription, get_json_object(parent, '$.subscription_details.subscription')) as subscription_id,
        upper(currency) as currency,
        status,
        billing_reason,
        charge as charge_id,
        coalesce(payment_intent, get_json_object(payments, '$.data[0].payment.payment_intent')) as payment_id,
        {{ whole_units("subtotal") }} as subtotal_minor,
        {{ whole_units("total") }} as total_minor,
        {{ whole_units("amount_paid") }} as paid_minor,
        {{ whole_units("amount_due") }} as due_minor,
        {{ whole_units("tax") }} as tax_minor,
        from_json(total_discount_amounts, 'array<struct<amount: string>>') as discounts,
        from_json(coalesce(total_taxes, total_tax_amounts), 'array<struct<amount: string>>') as taxes,
        get_json_object(lines, '$.data') as lines_json,
        get_json_object(lines, '$.has_more') = 'true' as has_more_lines,
        {{ from_epoch("created") }} as created_at,
        {{ from_epoch("effective_at") }} as effective_at,
        {{ from_epoch("due_date") }} as due_at,
        {{ from_epoch("get_json_object(status_transitions, '$.finalized_at')") }} as finalized_at,
        {{ from_epoch("get_json_object(status_transitions, '$.paid_at')") }} as paid_at,
        {{ from_epoch("get_json_object(status_transitions, '$.voided_at')") }} as voided_at,
        {{ from_epoch("get_json_object(status_transitions, '$.marked_uncollectible_at')") }} as uncollectible_at,
        event_id,
        event_at,
        source_account_id,
        source_file_id
    from source
)

select * from final
