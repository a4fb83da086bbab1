{{ config(materialized="ephemeral") }}

with movements as (
    select
        *,
        coalesce(attempt_id, movement_id) as payment_key
    from {{ ref("int_paypal__movements") }}
    where type in ('dispute', 'dispute_reversal')
),

-- A rejected re-presentment (T1207) takes the money again for the dispute that is there.
opened as (
    select
        *,
        lead(occurred_at, 1, {{ open_end() }}) over (partition by payment_key order by occurred_at, movement_id)
            as next_opened_at
    from movements
    where type = 'dispute' and event_code <> 'T1207'
),

endings as (
    select
        opened.movement_id,
        movements.occurred_at as closed_at,
        if(movements.type = 'dispute_reversal', 'won', 'lost') as outcome,
        movements.event_code,
        row_number() over (
            partition by opened.movement_id
            order by movements.occurred_at desc, movements.movement_id asc
        ) as choice
    from opened
    inner join movements on opened.payment_key = movements.payment_key
    where
        movements.occurred_at >= opened.occurred_at
        and movements.occurred_at < opened.next_opened_at
        and (movements.type = 'dispute_reversal' or movements.event_code = 'T1207')
),

final as (
    select
        opened.source_account_id,
        opened.movement_id as dispute_id,
        opened.attempt_id,
        opened.attempt_id as payment_id,
        null as reason_raw,
        null as reason,
        false as is_inquiry,
        -opened.gross_minor as amount_minor,
        opened.currency,
        coalesce(endings.event_code, opened.event_code) as status_raw,
        opened.occurred_at as opened_at,
        null as evidence_due_at,
        -- A reversal by PayPal itself (T1106) is its decision, not the beginning of a case.
        coalesce(endings.closed_at, if(opened.event_code = 'T1106', opened.occurred_at, null)) as closed_at,
        coalesce(endings.outcome, if(opened.event_code = 'T1106', 'lost', null)) as outcome,
        opened.source_file_id
    from opened
    left join endings on opened.movement_id = endings.movement_id and endings.choice = 1
)

select * from final
