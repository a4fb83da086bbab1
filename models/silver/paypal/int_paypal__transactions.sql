{{ config(materialized="ephemeral") }}

with rows as (
    select
        'settlement' as report,
        account_id,
        transaction_id,
        reference_id,
        reference_type,
        event_code,
        is_credit,
        currency,
        gross_minor,
        fee_minor,
        completed_at,
        if(event_code like 'T04%', initiated_at, completed_at) as occurred_at,
        bank_reference_id,
        source_file_id,
        source_record
    from {{ ref("stg_paypal__settlement") }}
    union all
    select
        'transaction_detail' as report,
        account_id,
        transaction_id,
        reference_id,
        reference_type,
        event_code,
        is_credit,
        currency,
        gross_minor,
        fee_minor,
        completed_at,
        -- Of what was given back later, the completion is the end of its life; a withdrawal is gone before it arrives.
        if(event_code like 'T04%' or status in ('F', 'V'), initiated_at, completed_at) as occurred_at,
        cast(null as string) as bank_reference_id,
        source_file_id,
        source_record
    from {{ ref("stg_paypal__transaction_detail") }}
    where
        (status in ('S', 'F', 'V') or (status = 'P' and event_code like 'T04%'))
        and substring(event_code, 1, 3) not in ('T13', 'T98', 'T99')
),

-- What a settlement report tells is taken from it; a report made again tells its transactions again. Rows of one file
-- are all kept: what stands twice in it happened twice.
deliveries as (
    select
        *,
        concat(report, ':', source_file_id) as delivery,
        first_value(concat(report, ':', source_file_id)) over (
            partition by
                coalesce(transaction_id, concat(source_file_id, ':', source_record)), event_code, is_credit, currency
            order by report asc, completed_at desc, source_file_id asc
        ) as chosen_delivery
    from rows
),

final as (
    select
        *,
        row_number() over (
            partition by transaction_id
            order by occurred_at, event_code, is_credit, currency, gross_minor, source_file_id, source_record
        ) as occurrence
    from deliveries
    where delivery = chosen_delivery
)

select * from final
