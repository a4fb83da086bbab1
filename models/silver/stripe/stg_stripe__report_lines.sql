{%- set columns = [
    "balance_transaction_id", "reporting_category", "source_id", "charge_id", "payment_intent_id", "currency", "gross",
    "fee", "net", "created_utc", "created", "available_on_utc", "available_on", "automatic_payout_id", "description",
    "customer_facing_amount", "customer_facing_currency", "_file_id", "_record",
] %}
{%- set zone = var("stripe_report_time_zone", "UTC") %}
with source as (
    {%- for table in ["balance_change_from_activity", "payout_reconciliation"] %}
        select
            '{{ table }}' as report,
        {%- for column in columns %}
            {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
        from {{ source("bronze_stripe", table) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'stripe'
),

final as (
    select
        source.report,
        source.balance_transaction_id as movement_id,
        source.reporting_category,
        nullif(source.source_id, '') as source_id,
        nullif(source.charge_id, '') as charge_id,
        upper(source.currency) as currency,
        {{ minor_units("source.gross", "settlement.exponent") }} as gross_minor,
        -{{ minor_units("source.fee", "settlement.exponent") }} as fee_minor,
        {{ minor_units("source.net", "settlement.exponent") }} as net_minor,
        {{ minor_units("source.customer_facing_amount", "presentment.exponent") }} as presentment_minor,
        upper(nullif(source.customer_facing_currency, '')) as presentment_currency,
        nullif(source.automatic_payout_id, '') as payout_id,
        source.description,
        -- A report asked for in local time has no _utc columns; its zone is then the one of the account.
        coalesce(
            try_cast(source.created_utc as timestamp),
            to_utc_timestamp(try_cast(source.created as timestamp), '{{ zone }}')
        ) as occurred_at,
        coalesce(
            try_cast(source.available_on_utc as timestamp),
            to_utc_timestamp(try_cast(source.available_on as timestamp), '{{ zone }}')
        ) as available_at,
        source._file_id as source_file_id,
        source._record as source_record
    from source
    left join exponents as settlement on upper(source.currency) = settlement.currency
    left join exponents as presentment on upper(source.customer_facing_currency) = presentment.currency
)

select * from final
