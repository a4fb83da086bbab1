with accounted as (
    select
        *,
        -- Settlement details date a capture or refund by the day it was asked for, not by the day it was booked.
        min(case when record_type like 'SentFor%' then booked_at end)
            over (partition by psp_reference, modification_reference) as sent_at
    from {{ ref("stg_adyen__payment_accounting") }}
),

-- Settlement details come when a batch is closed and paid out, payment accounting every day: until then it alone knows
-- of a movement. What stands in both is taken from the settlement details.
lines as (
    select
        0 as source_rank,
        merchant_account,
        psp_reference,
        modification_reference,
        type_raw,
        batch_number,
        currency,
        net_minor,
        commission_minor,
        markup_minor,
        scheme_minor,
        interchange_minor,
        presentment_minor,
        presentment_currency,
        occurred_at,
        booked_at,
        source_file_id,
        source_record
    from {{ ref("stg_adyen__settlement_details") }}
    union all
    select
        1 as source_rank,
        merchant_account,
        psp_reference,
        modification_reference,
        record_type as type_raw,
        batch_number,
        currency,
        net_minor,
        commission_minor,
        markup_minor,
        scheme_minor,
        interchange_minor,
        case
            when captured_minor <> 0 then -captured_minor
            when presentment_currency = currency
                then net_minor + commission_minor + markup_minor + scheme_minor + interchange_minor
        end as presentment_minor,
        presentment_currency,
        coalesce(sent_at, booked_at) as occurred_at,
        booked_at,
        source_file_id,
        source_record
    from accounted
    where
        currency is not null
        and (
            record_type like 'Settled%' or record_type like 'Refunded%' or record_type like 'Prearbitration%'
            or record_type like 'Chargeback%' or record_type like 'SecondChargeback%'
        )
),

typed as (
    select
        *,
        {{ adyen_movement_type("type_raw", "net_minor") }} as type,
        concat(source_file_id, ':', source_record) as movement_id
    from lines
),

-- A capture may settle in several parts: the n-th of them in one report is the n-th in the other.
numbered as (
    select
        *,
        row_number() over (
            partition by source_rank, psp_reference, modification_reference, type
            order by booked_at, source_file_id, source_record
        ) as part_number
    from typed
),

chosen as (
    select
        *,
        row_number() over (
            partition by
                psp_reference, modification_reference, type, part_number,
                case when psp_reference is null then movement_id end
            order by source_rank
        ) as choice,
        case
            when type = 'payout'
                then coalesce(
                    nullif(regexp_extract(modification_reference, 'TX[0-9A-Z]+XT', 0), ''),
                    concat_ws(':', merchant_account, batch_number, currency)
                )
        end as payout_reference
    from numbered
),

final as (
    select
        merchant_account as source_account_id,
        movement_id,
        type,
        modification_reference as source_id,
        psp_reference as attempt_id,
        net_minor + commission_minor + markup_minor + scheme_minor + interchange_minor as gross_minor,
        -(commission_minor + markup_minor + scheme_minor + interchange_minor) as fee_minor,
        net_minor,
        commission_minor,
        markup_minor,
        scheme_minor,
        interchange_minor,
        currency,
        presentment_minor,
        presentment_currency,
        occurred_at,
        booked_at,
        payout_reference,
        -- A batch pays out once in a currency; a batch in debt is carried over and has no payout.
        case
            when batch_number is not null
                then min(payout_reference) over (partition by merchant_account, batch_number, currency)
        end as payout_id,
        source_file_id
    from chosen
    where choice = 1
)

select * from final
