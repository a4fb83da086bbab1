{{ config(materialized="ephemeral") }}

with inside as (
    select
        charge_id,
        inline(transform(
            events,
            e -> named_struct(
                'event_id', e.id,
                'transaction_id', e.transaction_id,
                'type', e.type,
                'created_text', e.created,
                'amount_text', e.amount,
                'currency', coalesce(e.currency, currency)
            )
        )) as (event_id, transaction_id, type, created_text, amount_text, currency),
        source_file_id
    from {{ ref("stg_affirm__charges") }}
),

delivered as (
    select
        charge_id,
        event_id,
        transaction_id,
        type,
        created_text,
        amount_text,
        currency,
        source_file_id
    from inside
    union all
    select
        cast(null as string) as charge_id,
        id as event_id,
        transaction_id,
        type,
        created as created_text,
        amount as amount_text,
        currency,
        _file_id as source_file_id
    from {{ source("bronze_affirm", "charge_events") }}
),

-- The answer to a call and the charge as it is read later tell the same event; only the charge says whose it is.
final as (
    select
        event_id,
        max(charge_id) as charge_id,
        max(transaction_id) as transaction_id,
        max(type) as type,
        min(try_cast(created_text as timestamp)) as created_at,
        max({{ whole_units("amount_text") }}) as amount_minor,
        max(upper(currency)) as currency,
        min(source_file_id) as source_file_id
    from delivered
    where event_id is not null
    group by event_id
)

select * from final
