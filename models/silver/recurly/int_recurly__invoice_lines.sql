{{ config(materialized="ephemeral") }}

-- Lines of a credit note lower those of the invoice that it is about, a write-off those of one that has failed.
with others as (
    select invoice_id from {{ ref("stg_recurly__invoices") }}
    where is_of_refund or origin = 'write_off'
),

lines as (
    select
        lines.*,
        lines.origin in ('plan', 'plan_trial') as is_of_plan,
        lines.origin in ('add_on', 'add_on_trial', 'usage_add_on', 'usage_add_on_trial') as is_of_add_on
    from {{ ref("int_recurly__lines") }} as lines
    left anti join others on lines.invoice_id = others.invoice_id
    where not lines.is_refund
),

final as (
    select
        null as source_account_id,
        line_id as invoice_line_id,
        invoice_id,
        case
            when is_of_plan then subscription_id
            when is_of_add_on then concat(subscription_id, ':', product_code)
        end as subscription_item_id,
        case
            when is_of_plan then concat_ws(':', plan_code, currency)
            when is_of_add_on then concat_ws(':', plan_code, product_code, currency)
        end as price_id,
        case
            when origin like 'usage%' then 'usage'
            when not (is_of_plan or is_of_add_on) then 'one_off'
            -- Of a charge only the API says that it is for a part of the period; a part given back is a credit.
            when proration_rate < 1 or type_raw = 'credit' then 'proration'
            else 'subscription'
        end as kind,
        currency,
        amount_minor,
        discount_minor,
        tax_minor,
        service_from,
        service_to,
        source_file_id
    from lines
)

select * from final
