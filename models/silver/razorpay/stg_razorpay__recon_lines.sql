{{ config(materialized="ephemeral") }}

with exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'razorpay'
),

-- The report's fee is without tax, the API's with it.
report as (
    select
        'report' as export,
        source.transaction_entity as entity_type,
        source.entity_id,
        upper(source.currency) as currency,
        {{ minor_units("source.amount", "exponents.exponent") }} as amount_minor,
        {{ minor_units("source.fee_exclusive_tax", "exponents.exponent") }}
        + {{ minor_units("source.tax", "exponents.exponent") }} as fee_minor,
        {{ minor_units("source.tax", "exponents.exponent") }} as tax_minor,
        {{ minor_units("source.debit", "exponents.exponent") }} as debit_minor,
        {{ minor_units("source.credit", "exponents.exponent") }} as credit_minor,
        cast(null as string) as payment_id,
        nullif(source.order_id, '') as order_id,
        nullif(source.dispute_id, '') as dispute_id,
        {{ razorpay_local_time("source.entity_created_at") }} as created_at,
        {{ razorpay_local_time("source.payment_captured_at") }} as captured_at,
        nullif(source.settlement_id, '') as settlement_id,
        {{ razorpay_local_time("source.settled_at") }} as settled_at,
        nullif(source.settlement_utr, '') as settlement_utr,
        source._file_id as source_file_id,
        source._record as source_record
    from {{ source("bronze_razorpay", "settlement_recon") }} as source
    left join exponents on upper(source.currency) = exponents.currency
),

api as (
    select
        'api' as export,
        type as entity_type,
        entity_id,
        upper(currency) as currency,
        {{ whole_units("amount") }} as amount_minor,
        {{ whole_units("fee") }} as fee_minor,
        {{ whole_units("tax") }} as tax_minor,
        {{ whole_units("debit") }} as debit_minor,
        {{ whole_units("credit") }} as credit_minor,
        payment_id,
        order_id,
        dispute_id,
        {{ from_epoch("created_at") }} as created_at,
        cast(null as timestamp) as captured_at,
        settlement_id,
        {{ from_epoch("settled_at") }} as settled_at,
        settlement_utr,
        _file_id as source_file_id,
        _record as source_record
    from {{ source("bronze_razorpay", "settlement_recon_items") }}
    where entity_id is not null
),

final as (
    select * from report
    union all
    select * from api
)

select * from final
