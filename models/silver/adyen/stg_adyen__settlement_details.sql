{{ config(materialized="ephemeral") }}

with source as (
    select * from {{ source("bronze_adyen", "settlement_detail") }}
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
        nullif(trim(source.psp_reference), '') as psp_reference,
        nullif(trim(source.merchant_order_reference), '') as order_reference,
        nullif(trim(source.modification_reference), '') as modification_reference,
        trim(source.type) as type_raw,
        nullif(trim(source.batch_number), '') as batch_number,
        upper(trim(source.net_currency)) as currency,
        {{ adyen_units("source.net_credit_nc", "settlement.exponent") }}
        - {{ adyen_units("source.net_debit_nc", "settlement.exponent") }} as net_minor,
        {{ adyen_units("source.commission_nc", "settlement.exponent") }} as commission_minor,
        {{ adyen_units("source.markup_nc", "settlement.exponent") }} as markup_minor,
        {{ adyen_units("source.scheme_fees_nc", "settlement.exponent") }} as scheme_minor,
        {{ adyen_units("source.interchange_nc", "settlement.exponent") }} as interchange_minor,
        case
            when trim(concat_ws('', source.gross_debit_gc, source.gross_credit_gc)) <> ''
                then
                    {{ adyen_units("source.gross_credit_gc", "presentment.exponent") }}
                    - {{ adyen_units("source.gross_debit_gc", "presentment.exponent") }}
        end as presentment_minor,
        upper(nullif(trim(source.gross_currency), '')) as presentment_currency,
        {{ adyen_instant("source.creation_date", "source.timezone") }} as occurred_at,
        {{ adyen_instant("source.booking_date", "source.booking_date_timezone") }} as booked_at,
        source._file_id as source_file_id,
        source._record as source_record
    from source
    left join exponents as settlement on upper(trim(source.net_currency)) = settlement.currency
    left join exponents as presentment on upper(trim(source.gross_currency)) = presentment.currency
),

delivered as (
    {{ delivered_once(
        [
            "merchant_account", "batch_number", "type_raw", "psp_reference", "modification_reference", "occurred_at",
            "currency", "net_minor", "presentment_minor",
        ],
        says_less="booked_at is null",
    ) }}
)

select * from delivered
where delivery = 1
