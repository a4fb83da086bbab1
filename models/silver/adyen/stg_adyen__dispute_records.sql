{{ config(materialized="ephemeral") }}

with source as (
    select * from {{ source("bronze_adyen", "dispute_report") }}
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'adyen'
),

final as (
    select
        source.merchant_account,
        source.dispute_psp_reference as dispute_id,
        source.psp_reference,
        trim(source.record_type) as record_type,
        nullif(trim(source.dispute_reason), '') as reason,
        coalesce(nullif(trim(source.cb_reason_code), ''), nullif(trim(source.rfi_reason_code), '')) as reason_code,
        upper(trim(source.dispute_currency)) as currency,
        {{ minor_units("source.dispute_amount", "exponents.exponent") }} as amount_minor,
        {{ adyen_instant("source.record_date", "source.record_date_timezone") }} as recorded_at,
        source._file_id as source_file_id,
        source._record as source_record
    from source
    left join exponents on upper(trim(source.dispute_currency)) = exponents.currency
)

select * from final
