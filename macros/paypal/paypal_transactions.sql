{#- Rows of a settlement or transaction detail report: what both have, and `columns` of their own. A row belongs to the account
    of the section that it stands in. -#}
{% macro paypal_transactions(table, columns) %}
select
    sections.account_id,
    nullif(source.transaction_id, '') as transaction_id,
    nullif(source.paypal_reference_id, '') as reference_id,
    nullif(source.paypal_reference_id_type, '') as reference_type,
    nullif(source.invoice_id, '') as merchant_reference,
    source.transaction_event_code as event_code,
    source.transaction_debit_or_credit = 'CR' as is_credit,
    upper(source.gross_transaction_currency) as currency,
    if(source.transaction_debit_or_credit = 'CR', 1, -1)
    * {{ paypal_minor_units("source.gross_transaction_amount", "exponents.exponent") }} as gross_minor,
    case
        when coalesce(source.fee_amount, '') in ('', '0') then cast(0 as bigint)
        -- A fee in another currency than its payment cannot be added to it.
        when upper(source.fee_currency) = upper(source.gross_transaction_currency)
            then
                if(source.fee_debit_or_credit = 'CR', 1, -1)
                * {{ paypal_minor_units("source.fee_amount", "exponents.exponent") }}
    end as fee_minor,
    {{ paypal_instant("source.transaction_initiation_date") }} as initiated_at,
    coalesce(
        {{ paypal_instant("source.transaction_completion_date") }},
        {{ paypal_instant("source.transaction_initiation_date") }}
    ) as completed_at,
    {%- for column in columns %}
    nullif(source.{{ column }}, '') as {{ column }},
    {%- endfor %}
    source._file_id as source_file_id,
    source._record as source_record
from {{ source("bronze_paypal", table) }} as source
left join {{ ref("stg_paypal__sections") }} as sections
    on
        source._file_id = sections.source_file_id
        and source._record > sections.opened_by
        and source._record < sections.next_opened_by
left join {{ ref("currency_exponents") }} as exponents
    on upper(source.gross_transaction_currency) = exponents.currency and exponents.provider = 'paypal'
{% endmacro %}
