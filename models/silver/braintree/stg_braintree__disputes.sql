{{ config(materialized="ephemeral") }}
{%- set library_event = "status: string, timestamp: string, disbursement_date: string" %}
{%- set columns = {
    "merchantAccountId": "source_account_id", "legacyId": "legacy_id", "type": "kind", "amountDisputed": "amount_json",
    "amountWon": "won_json", "reasonCode": "reason_code", "createdAt": "created_at", "replyByDate": "reply_by_date",
    "statusHistory": "status_history",
} %}

with graphql as (
    select
        {%- for name, column in columns.items() %}
            `{{ name }}` as {{ column }},
        {%- endfor %}
        id,
        transaction,
        status,
        reason,
        _file_id as source_file_id
    from {{ source("bronze_braintree", "graphql_disputes") }}
    where id is not null
),

source as (
    select
        id as dispute_id,
        coalesce(get_json_object(transaction, '$.id'), get_json_object(transaction_details, '$.id')) as transaction_id,
        merchant_account_id as source_account_id,
        kind,
        status,
        upper(currency_iso_code) as currency,
        amount_disputed as amount,
        amount_won as won,
        reason,
        reason_code,
        created_at,
        reply_by_date,
        from_json(coalesce(status_history, '[]'), 'array<struct<{{ library_event }}>>') as history,
        _file_id as source_file_id
    from {{ source("bronze_braintree", "disputes") }}
    where id is not null
    union all
    select
        {{ braintree_id("legacy_id", "id") }} as dispute_id,
        {{ braintree_id("get_json_object(transaction, '$.legacyId')", "get_json_object(transaction, '$.id')") }}
            as transaction_id,
        source_account_id,
        lower(kind) as kind,
        lower(status) as status,
        upper(get_json_object(amount_json, '$.currencyCode')) as currency,
        get_json_object(amount_json, '$.value') as amount,
        get_json_object(won_json, '$.value') as won,
        lower(reason) as reason,
        reason_code,
        created_at,
        reply_by_date,
        transform(
            {{ braintree_events("status_history") }},
            e -> struct(e.status as status, e.timestamp as timestamp, e.disbursement_date as disbursement_date)
        ) as history,
        source_file_id
    from graphql
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
        source.source_account_id,
        source.dispute_id,
        source.transaction_id,
        source.kind,
        source.status,
        source.currency,
        {{ minor_units("source.amount", "exponents.exponent") }} as amount_minor,
        {{ minor_units("source.won", "exponents.exponent") }} as won_minor,
        source.reason,
        source.reason_code,
        try_cast(source.created_at as timestamp) as opened_at,
        try_cast(source.reply_by_date as date) as reply_by,
        case
            when source.status not in ('open', 'disputed', 'under_review')
                then try_cast(array_min(transform(
                    filter(source.history, e -> e.status = source.status), e -> e.timestamp
                )) as timestamp)
        end as closed_at,
        -- What is won comes back with the status that says so; any other one that was disbursed took the money.
        array_min(transform(
            filter(source.history, e -> e.status <> 'won' and e.disbursement_date is not null),
            e -> struct(try_cast(e.timestamp as timestamp) as at, try_cast(e.disbursement_date as date) as disbursed_on)
        )) as taken,
        array_min(transform(
            filter(source.history, e -> e.status = 'won' and e.disbursement_date is not null),
            e -> struct(try_cast(e.timestamp as timestamp) as at, try_cast(e.disbursement_date as date) as disbursed_on)
        )) as returned,
        try_cast(array_max(transform(source.history, e -> e.timestamp)) as timestamp) as version_at,
        source.source_file_id
    from source
    left join exponents on source.currency = exponents.currency
)

select * from final
