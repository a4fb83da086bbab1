with transactions as (
    select * from {{ ref("int_braintree__transactions") }}
),

lines as (
    select *
    from (
        select
            *,
            row_number() over (
                partition by transaction_id, type_raw, occurrence
                order by disbursed_on desc, source_file_id asc
            ) as choice
        from {{ ref("stg_braintree__transaction_fees") }}
    ) as copies
    where choice = 1
),

-- A refund's amount was seen with a minus and without.
from_report as (
    select
        lines.source_account_id,
        case
            when lines.occurrence = 1 then lines.transaction_id
            else concat(lines.transaction_id, ':', lines.occurrence)
        end as movement_id,
        case lines.type_raw when 'sale' then 'capture' when 'credit' then 'refund' else 'correction' end as type,
        lines.transaction_id as source_id,
        case
            when lines.type_raw = 'credit'
                then coalesce(lines.original_transaction_id, transactions.original_transaction_id)
            else lines.transaction_id
        end as attempt_id,
        case lines.type_raw
            when 'sale' then abs(lines.settled_minor)
            when 'credit' then -abs(lines.settled_minor)
            else lines.settled_minor
        end as gross_minor,
        -lines.paid_fee_minor as fee_minor,
        -coalesce(lines.interchange_minor, 0) as interchange_minor,
        -coalesce(lines.scheme_minor, 0) as scheme_minor,
        -coalesce(lines.conversion_minor, 0) as conversion_minor,
        lines.interchange_minor is not null as is_split,
        lines.currency,
        coalesce(
            transactions.amount_minor,
            case when lines.presentment_currency = lines.currency then abs(lines.settled_minor) end
        ) as presented_minor,
        lines.presentment_currency,
        lines.settled_on,
        lines.disbursed_on,
        transactions.is_paid,
        lines.source_file_id
    from lines
    left join transactions on lines.transaction_id = transactions.transaction_id
),

-- What was disbursed but stands in no report that has landed: its fee is not known yet.
from_api as (
    select
        transactions.source_account_id,
        transactions.transaction_id as movement_id,
        case transactions.kind when 'credit' then 'refund' else 'capture' end as type,
        transactions.transaction_id as source_id,
        case transactions.kind
            when 'credit' then transactions.original_transaction_id
            else transactions.transaction_id
        end as attempt_id,
        case transactions.kind when 'credit' then -abs(transactions.settled_minor) else transactions.settled_minor end
            as gross_minor,
        0L as fee_minor,
        0L as interchange_minor,
        0L as scheme_minor,
        0L as conversion_minor,
        false as is_split,
        transactions.settlement_currency as currency,
        transactions.amount_minor as presented_minor,
        transactions.currency as presentment_currency,
        cast(transactions.submitted_at as date) as settled_on,
        transactions.disbursed_on,
        transactions.is_paid,
        transactions.source_file_id
    from transactions
    left anti join lines on transactions.transaction_id = lines.transaction_id
    where transactions.disbursed_on is not null and transactions.settled_minor is not null
),

disputes as (
    select
        *,
        inline(array(
            named_struct('type', 'dispute', 'moved_minor', -amount_minor, 'moved', taken),
            named_struct('type', 'dispute_reversal', 'moved_minor', won_minor, 'moved', returned)
        )) as (type, moved_minor, moved)
    from {{ ref("int_braintree__dispute_versions") }}
    where not is_inquiry
),

from_disputes as (
    select
        disputes.source_account_id,
        concat(disputes.dispute_id, ':', disputes.type) as movement_id,
        disputes.type,
        disputes.dispute_id as source_id,
        disputes.attempt_id,
        disputes.moved_minor as gross_minor,
        0L as fee_minor,
        0L as interchange_minor,
        0L as scheme_minor,
        0L as conversion_minor,
        false as is_split,
        disputes.currency,
        disputes.moved_minor as presented_minor,
        disputes.currency as presentment_currency,
        cast(disputes.moved.at as date) as settled_on,
        disputes.moved.disbursed_on,
        cast(null as boolean) as is_paid,
        disputes.source_file_id
    from disputes
    where disputes.moved.disbursed_on is not null
),

united as (
    select * from from_report
    union all
    select * from from_api
    union all
    select * from from_disputes
),

final as (
    select
        *,
        -- A disbursement has no id in any export: it is one account's money of one day.
        concat_ws(':', source_account_id, currency, cast(disbursed_on as string)) as payout_id
    from united
)

select * from final
