{{ config(materialized="ephemeral") }}

with subscribed as (
    select
        invoice_id,
        max(subscription_id) as only_subscription_id
    from {{ ref("int_recurly__lines") }}
    group by invoice_id
    having count(distinct subscription_id) = 1
),

credits as (
    select
        invoice_number,
        currency,
        cast(sum(amount_minor) as bigint) as credited_minor
    from {{ ref("stg_recurly__credit_payments") }}
    where action in ('payment', 'gift_card') and not coalesce(is_voided, false)
    group by invoice_number, currency
),

known as (
    select
        invoices.*,
        subscribed.only_subscription_id as subscription_id,
        if(invoices.document_type = 'credit', -1L, 1L) as sign,
        case
            when invoices.status_raw in ('paid', 'closed') then 'paid'
            when invoices.status_raw = 'failed' then 'uncollectible'
            when invoices.status_raw = 'voided' then 'void'
            else 'open'
        end as status,
        coalesce(credits.credited_minor, 0L) as credited_minor
    from {{ ref("stg_recurly__invoices") }} as invoices
    left join subscribed on invoices.invoice_id = subscribed.invoice_id
    left join credits on invoices.invoice_number = credits.invoice_number and invoices.currency = credits.currency
    -- A refund's is a credit note; a write-off is the end of an invoice that has failed.
    where not coalesce(invoices.is_of_refund, false) and coalesce(invoices.origin, '') <> 'write_off'
),

-- A credit invoice is negative, however it is written, and is paid out by credit payments and refunds: nothing is due.
signed as (
    select
        *,
        if(document_type = 'credit', -abs(total_minor), total_minor) as signed_total_minor,
        if(document_type = 'credit', -abs(tax_minor), tax_minor) as signed_tax_minor,
        sign * abs(coalesce(discount_minor, 0L)) as signed_discount_minor
    from known
),

final as (
    select
        null as source_account_id,
        invoice_id,
        customer_id,
        subscription_id,
        status,
        currency,
        coalesce(
            if(document_type = 'credit', -abs(subtotal_minor), subtotal_minor),
            signed_total_minor - signed_tax_minor + signed_discount_minor
        ) as subtotal_minor,
        signed_discount_minor as discount_minor,
        signed_tax_minor as tax_minor,
        signed_total_minor as total_minor,
        case
            when signed_total_minor <= 0 then 0L
            when paid_minor is not null then paid_minor
            when status = 'paid' then signed_total_minor - credited_minor
            when
                status = 'open'
                then signed_total_minor - credited_minor - coalesce(balance_minor, signed_total_minor - credited_minor)
            else 0L
        end as paid_minor,
        case when signed_total_minor <= 0 then 0L else signed_total_minor - credited_minor end as due_minor,
        issued_at,
        due_at,
        case when status = 'paid' then coalesce(closed_at, modified_at) end as paid_at,
        case when status = 'void' then coalesce(modified_at, closed_at) end as voided_at,
        case when status = 'uncollectible' then coalesce(closed_at, modified_at) end as uncollectible_at,
        source_file_id
    from signed
)

select * from final
