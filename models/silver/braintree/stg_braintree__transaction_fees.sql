{{ config(materialized="ephemeral") }}

with source as (
    select
        *,
        -- The same row again in one file is money again; in another file it is the report again.
        row_number() over (partition by _file_id, transaction_id, transaction_type order by _record) as occurrence
    from {{ source("bronze_braintree", "transaction_fees") }}
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'braintree'
),

final as (
    select
        source.merchant_account_id as source_account_id,
        source.transaction_id,
        source.occurrence,
        nullif(source.original_transaction_id, '') as original_transaction_id,
        lower(source.transaction_type) as type_raw,
        upper(source.presentment_currency) as presentment_currency,
        upper(source.settlement_currency) as currency,
        {{ minor_units("source.settlement_amount", "exponents.exponent") }} as settled_minor,
        {{ minor_units("source.total_fee_amount", "exponents.exponent") }} as paid_fee_minor,
        {{ minor_units("source.interchange_total_amount", "exponents.exponent") }} as interchange_minor,
        {{ minor_units("source.total_scheme_fees", "exponents.exponent") }} as scheme_minor,
        {{ minor_units("source.multicurrency_fee_amount", "exponents.exponent") }} as conversion_minor,
        try_cast(source.settlement_date as date) as settled_on,
        try_cast(source.disbursement_date as date) as disbursed_on,
        source._file_id as source_file_id,
        source._record as source_record
    from source
    left join exponents on upper(source.settlement_currency) = exponents.currency
)

select * from final
