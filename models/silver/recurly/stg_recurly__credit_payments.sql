{{ config(materialized="ephemeral") }}

with source as (
    select
        id as credit_payment_id,
        action,
        applied_to_invoice_number as invoice_number,
        currency,
        amount,
        created_at,
        voided_at,
        _file_id as source_file_id
    from {{ source("bronze_recurly", "export_credit_payments") }}
    union all
    select
        coalesce(uuid, id) as credit_payment_id,
        action,
        get_json_object(applied_to_invoice, '$.number') as invoice_number,
        currency,
        amount,
        created_at,
        voided_at,
        _file_id as source_file_id
    from {{ source("bronze_recurly", "credit_payments") }}
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'recurly'
),

-- It changes once, if at all: when the invoice that it paid fails, it is voided.
final as (
    select
        source.credit_payment_id,
        lower(source.action) as action,
        source.invoice_number,
        upper(source.currency) as currency,
        {{ minor_units("source.amount", "exponents.exponent") }} as amount_minor,
        source.voided_at <> '' as is_voided,
        source.source_file_id,
        row_number() over (
            partition by source.credit_payment_id
            order by nullif(source.voided_at, '') desc nulls last, source.source_file_id asc
        ) as choice
    from source
    left join exponents on upper(source.currency) = exponents.currency
    where source.credit_payment_id <> ''
)

select * from final
where choice = 1
