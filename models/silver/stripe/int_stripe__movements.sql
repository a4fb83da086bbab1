with api as (
    select *
    from (
        select
            *,
            row_number() over (partition by movement_id order by available_at desc, source_file_id asc) as choice
        from {{ ref("stg_stripe__balance_transactions") }}
    ) as copies
    where choice = 1
),

-- A line without an id of its own is known by its place in the file.
report_lines as (
    select
        *,
        coalesce(nullif(movement_id, ''), concat(source_file_id, ':', source_record)) as report_movement_id
    from {{ ref("stg_stripe__report_lines") }}
),

-- The same movement stands in the activity report, without its payout until it is paid out, and in the reconciliation
-- report of the month in which the payout arrives. Some lines of that report lack its id (a dispute reversal does).
reported as (
    select
        *,
        max(payout_id) over (partition by report_movement_id) as any_payout_id,
        max(charge_id) over (partition by report_movement_id) as any_charge_id,
        row_number() over (
            partition by report_movement_id
            order by
                report asc,
                available_at desc,
                gross_minor asc,
                source_file_id asc,
                source_record asc
        ) as choice
    from report_lines
),

-- Hand-made settlement exports show the payout itself as what the bank got, positive, with the gross before fees. Its
-- members tell the sign: a payout moves the balance against them.
chosen_lines as (
    select
        *,
        reporting_category = 'payout' and net_minor > 0 and sum(
            case when reporting_category <> 'payout' then net_minor else 0 end
        ) over (partition by coalesce(any_payout_id, report_movement_id)) > 0 as is_seen_from_bank
    from reported
    where choice = 1
),

merged as (
    select
        coalesce(api.movement_id, line.report_movement_id) as movement_id,
        api.type_raw,
        coalesce(api.reporting_category, line.reporting_category) as reporting_category,
        coalesce(api.source_id, line.source_id) as source_id,
        coalesce(api.description, line.description) as description,
        line.any_charge_id as charge_id,
        line.any_payout_id as payout_id,
        coalesce(api.currency, line.currency) as currency,
        coalesce(api.gross_minor, case when line.is_seen_from_bank then -line.net_minor else line.gross_minor end)
            as gross_minor,
        coalesce(api.fee_minor, case when line.is_seen_from_bank then 0 else line.fee_minor end) as fee_minor,
        coalesce(api.net_minor, case when line.is_seen_from_bank then -line.net_minor else line.net_minor end)
            as net_minor,
        line.presentment_minor,
        line.presentment_currency,
        api.exchange_rate,
        api.fee_details_json,
        coalesce(api.occurred_at, line.occurred_at) as occurred_at,
        coalesce(api.available_at, line.available_at) as available_at,
        coalesce(api.source_file_id, line.source_file_id) as source_file_id
    from api
    full outer join chosen_lines as line on api.movement_id = line.report_movement_id
),

charges_of as (
    select
        refund_id as source_id,
        max(charge_id) as charge_id
    from {{ ref("stg_stripe__refunds") }}
    group by refund_id
    union all
    select
        dispute_id as source_id,
        max(charge_id) as charge_id
    from {{ ref("stg_stripe__disputes") }}
    group by dispute_id
),

final as (
    select
        merged.movement_id,
        -- `type` calls a dispute and a correction both adjustment; reporting_category tells them apart where it exists.
        {{ stripe_movement_type(
            "coalesce(merged.reporting_category, merged.type_raw)", "merged.net_minor", "merged.description"
        ) }} as type,
        merged.source_id,
        coalesce(
            merged.charge_id,
            case when merged.source_id like 'ch\_%' or merged.source_id like 'py\_%' then merged.source_id end,
            charges_of.charge_id
        ) as attempt_id,
        merged.gross_minor,
        merged.fee_minor,
        merged.net_minor,
        merged.currency,
        merged.presentment_minor,
        merged.presentment_currency,
        merged.exchange_rate,
        merged.fee_details_json,
        merged.occurred_at,
        merged.available_at,
        -- The API never says which payout a movement went into; only the reports do, and only for automatic payouts.
        case
            when merged.reporting_category = 'payout' or merged.type_raw = 'payout'
                then coalesce(merged.payout_id, case when merged.source_id like 'po\_%' then merged.source_id end)
            else merged.payout_id
        end as payout_id,
        merged.source_file_id
    from merged
    left join charges_of on merged.source_id = charges_of.source_id
)

select * from final
