{%- set converted = "case when currency <> bank_currency then " %}
{%- set steps = [
    ("adjustment", "correction", "adjustments_minor", "0L", "currency", "false"),
    ("tax", "fee", "0L", "input_tax_minor + withholding_tax_minor", "currency", "false"),
    ("converted", "fx", converted ~ "-owed_minor else 0L end", "0L", "currency", "false"),
    ("proceeds", "fx", converted ~ "proceeds_minor else 0L end", "0L", "bank_currency", "true"),
] %}
with proceeds as (
    select
        *,
        case when customer_currency = currency then quantity * price_minor else share_minor end as gross_minor
    from {{ ref("stg_apple__proceeds") }}
),

payments as (
    select * from {{ ref("stg_apple__payments") }}
),

periods as (
    select
        fiscal_month,
        max(last_date) as last_date
    from proceeds
    group by fiscal_month
),

paid as (
    select distinct
        fiscal_month,
        bank_currency,
        payout_id
    from payments
),

sales as (
    select
        concat_ws(':', proceeds.source_file_id, cast(proceeds.source_record as string)) as movement_id,
        case proceeds.sale_or_return when 'R' then 'refund' else 'capture' end as type,
        proceeds.gross_minor,
        proceeds.share_minor - proceeds.gross_minor as fee_minor,
        'store_commission' as fee_kind,
        proceeds.currency,
        proceeds.quantity * proceeds.price_minor as presentment_minor,
        proceeds.customer_currency as presentment_currency,
        cast(proceeds.sold_on as timestamp) as occurred_at,
        paid.payout_id,
        proceeds.source_file_id
    from proceeds
    left join paid on proceeds.fiscal_month = paid.fiscal_month and proceeds.currency = paid.bank_currency
),

-- A region's sum, corrected and taxed, becomes an amount in the bank account's currency.
steps as (
    select
        fiscal_month,
        payout_id,
        source_file_id,
        source_record,
        currency = bank_currency as is_in_bank_currency,
        inline(array(
            {%- for step, type, gross, fee, currency, is_paid in steps %}
                named_struct(
                    'step', '{{ step }}', 'type', '{{ type }}', 'gross_minor', {{ gross }}, 'fee_minor', {{ fee }},
                    'currency', {{ currency }}, 'is_paid', {{ is_paid }}
                ){{ "," if not loop.last }}
            {%- endfor %}
        )) as (step, type, gross_minor, fee_minor, currency, is_paid)
    from payments
),

paid_out as (
    select
        fiscal_month,
        payout_id,
        bank_currency,
        -cast(sum(proceeds_minor) as bigint) as gross_minor,
        min(source_file_id) as source_file_id
    from payments
    group by fiscal_month, payout_id, bank_currency
),

monthly as (
    select
        concat_ws(':', source_file_id, cast(source_record as string), step) as movement_id,
        fiscal_month,
        type,
        gross_minor,
        fee_minor,
        currency,
        case when is_paid or is_in_bank_currency then payout_id end as payout_id,
        source_file_id
    from steps
    where gross_minor <> 0 or fee_minor <> 0
    union all
    select
        payout_id as movement_id,
        fiscal_month,
        'payout' as type,
        gross_minor,
        0L as fee_minor,
        bank_currency as currency,
        payout_id,
        source_file_id
    from paid_out
),

final as (
    select * from sales
    union all
    select
        monthly.movement_id,
        monthly.type,
        monthly.gross_minor,
        monthly.fee_minor,
        'tax' as fee_kind,
        monthly.currency,
        cast(null as bigint) as presentment_minor,
        cast(null as string) as presentment_currency,
        -- Apple does not say when it paid: the month is over on the day after its last one.
        cast(date_add(periods.last_date, 1) as timestamp) as occurred_at,
        monthly.payout_id,
        monthly.source_file_id
    from monthly
    left join periods on monthly.fiscal_month = periods.fiscal_month
)

select * from final
