{{ config(materialized="ephemeral") }}

with source as (
    select * from {{ source("bronze_adyen", "payment_accounting") }}
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'adyen'
),

lines as (
    select
        source.merchant_account,
        source.psp_reference,
        nullif(trim(source.merchant_order_reference), '') as order_reference,
        nullif(trim(source.shopper_reference), '') as shopper_reference,
        nullif(trim(source.payment_method), '') as payment_method,
        nullif(trim(source.payment_method_variant), '') as payment_method_variant,
        trim(source.record_type) as record_type,
        nullif(trim(source.modification_psp_reference), '') as modification_reference,
        nullif(trim(source.payable_batch), '') as batch_number,
        upper(nullif(trim(source.payment_currency), '')) as presentment_currency,
        {{ minor_units("source.original_amount", "presentment.exponent") }} as original_minor,
        {{ adyen_units("source.received_pc", "presentment.exponent") }} as received_minor,
        {{ adyen_units("source.authorised_pc", "presentment.exponent") }} as authorised_minor,
        {{ adyen_units("source.captured_pc", "presentment.exponent") }} as captured_minor,
        upper(nullif(trim(source.settlement_currency), '')) as currency,
        {{ adyen_units("source.payable_sc", "settlement.exponent") }} as net_minor,
        {{ adyen_units("source.commission_sc", "settlement.exponent") }} as commission_minor,
        {{ adyen_units("source.markup_sc", "settlement.exponent") }} as markup_minor,
        {{ adyen_units("source.scheme_fees_sc", "settlement.exponent") }} as scheme_minor,
        {{ adyen_units("source.interchange_sc", "settlement.exponent") }} as interchange_minor,
        {{ adyen_instant("source.booking_date", "source.timezone") }} as booked_at,
        source._file_id as source_file_id,
        source._record as source_record
    from source
    left join exponents as settlement on upper(trim(source.settlement_currency)) = settlement.currency
    left join exponents as presentment on upper(trim(source.payment_currency)) = presentment.currency
),

delivered as (
    {{ delivered_once(
        [
            "merchant_account", "psp_reference", "record_type", "modification_reference", "booked_at", "received_minor",
            "authorised_minor", "captured_minor", "currency", "net_minor",
        ],
        says_less="batch_number is null",
    ) }}
)

select * from delivered
where delivery = 1
