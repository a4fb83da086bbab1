{{ config(materialized="ephemeral") }}

-- A transaction comes again on the day on which its state changes: the latest counts, and of one day the furthest.
select *
from (
    select
        *,
        row_number() over (
            partition by transaction_id, event_code, currency, is_credit
            order by
                completed_at desc,
                array_position(array('P', 'D', 'S', 'F', 'V'), status) desc,
                source_file_id asc,
                source_record asc
        ) as choice
    from {{ ref("stg_paypal__transaction_detail") }}
) as versions
where choice = 1 and transaction_id is not null
