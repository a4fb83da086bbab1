{{ config(materialized="ephemeral") }}

with settlements as (
    select
        *,
        max(utr) over (partition by settlement_id) as any_utr,
        min(processed_at) over (partition by settlement_id) as first_processed_at,
        {{ razorpay_choice("settlement_id", "progress", ties=["status_raw"]) }}
    from {{ ref("stg_razorpay__settlements") }}
),

members as (
    select
        settlement_id,
        max(currency) as currency,
        cast(sum(net_minor) as bigint) as net_minor,
        min(settled_at) as settled_at,
        max(settlement_utr) as utr,
        min(source_file_id) as source_file_id
    from {{ ref("int_razorpay__recon_lines") }}
    where settlement_id is not null
    group by settlement_id
),

chosen as (
    select * from settlements
    where choice = 1
),

-- A settlement has no currency of its own: its lines have, and those of Indian accounts are in rupees. One that only
-- lines name is their sum; it is with the bank once there is a reference to find it by.
final as (
    select
        chosen.account_id as source_account_id,
        coalesce(chosen.settlement_id, members.settlement_id) as payout_id,
        coalesce(chosen.amount_minor, members.net_minor) as amount_minor,
        coalesce(members.currency, 'INR') as currency,
        coalesce(chosen.created_at, members.settled_at) as initiated_at,
        chosen.first_processed_at as arrives_at,
        case
            when chosen.status_raw = 'processed' then 'paid'
            when chosen.status_raw = 'failed' then 'failed'
            when chosen.status_raw = 'created' then 'in_transit'
            when chosen.settlement_id is null and members.utr is not null then 'paid'
            else 'unknown'
        end as status,
        true as is_automatic,
        coalesce(chosen.any_utr, members.utr) as bank_reference,
        coalesce(chosen.source_file_id, members.source_file_id) as source_file_id
    from chosen
    full outer join members on chosen.settlement_id = members.settlement_id
)

select * from final
