{{ config(materialized="ephemeral") }}
{%- set declared = var("affirm_currency") -%}

with charges as (
    select
        charge_id,
        currency
    from {{ ref("stg_affirm__charges") }}
),

told as (
    select
        settlement.*,
        charges.currency as own_currency
    from {{ source("bronze_affirm", "settlement") }} as settlement
    left join charges on settlement.charge_id = charges.charge_id
),

-- The report names no currency: it is that of the charge, of all that is in one deposit, or of the account, which has
-- but one; reports that name no account are of one if all that is known of them is.
source as (
    select
        *,
        coalesce(
            own_currency,
            max(own_currency) over (partition by coalesce(nullif(deposit_id, ''), _file_id)),
            case
                when
                    min(own_currency) over (partition by nullif(merchant_ari, ''))
                    = max(own_currency) over (partition by nullif(merchant_ari, ''))
                    then max(own_currency) over (partition by nullif(merchant_ari, ''))
            end,
            {{ "'" ~ declared ~ "'" if declared else "cast(null as string)" }}
        ) as currency
    from told
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'affirm'
),

lines as (
    select
        nullif(source.merchant_ari, '') as account_id,
        nullif(source.charge_id, '') as charge_id,
        nullif(source.transaction_id, '') as transaction_id,
        nullif(source.deposit_id, '') as deposit_id,
        lower(trim(source.event_type)) as event_type,
        source.currency,
        {{ minor_units("source.sales", "exponents.exponent") }} as sales_minor,
        {{ minor_units("source.refunds", "exponents.exponent") }} as refunds_minor,
        {{ minor_units("source.total_settled", "exponents.exponent") }} as settled_minor,
        {{ minor_units("source.original_loan_amount", "exponents.exponent") }} as loan_minor,
        try_cast(substring(source.date, 1, 10) as date) as settled_on,
        try_cast(substring(source.charge_created_date, 1, 10) as date) as created_on,
        lower(nullif(source.channel, '')) as channel,
        source._file_id as source_file_id,
        source._record as source_record
    from source
    left join exponents on source.currency = exponents.currency
),

-- A deposit stands in the report of its day and again in that of its week or month, which may have other columns.
delivered as (
    {{ delivered_once(
        [
            "coalesce(deposit_id, cast(settled_on as string))", "charge_id", "event_type", "sales_minor",
            "refunds_minor", "settled_minor",
        ],
        says_less="transaction_id is null",
    ) }}
)

select * from delivered
where delivery = 1
