{{ config(materialized="ephemeral") }}

with versions as (
    select
        *,
        case
            when status in ('won', 'lost', 'warning_closed', 'prevented', 'charge_refunded') then 2
            when status in ('under_review', 'warning_under_review') then 1
            else 0
        end as progress
    from {{ ref("stg_stripe__disputes") }}
),

numbered as (
    select
        *,
        min(closed_at) over (partition by dispute_id) as first_closed_at,
        {{ choose_version("dispute_id", progress="progress", ties=["status"]) }}
    from versions
),

final as (
    select
        account_id as source_account_id,
        dispute_id,
        charge_id as attempt_id,
        coalesce(payment_id, charge_id) as payment_id,
        coalesce(network_reason_code, reason) as reason_raw,
        reason,
        -- An inquiry asks before it takes: no money moves and it counts as no dispute, unless it becomes one.
        status like 'warning\_%' as is_inquiry,
        amount_minor,
        currency,
        status as status_raw,
        created_at as opened_at,
        evidence_due_at,
        first_closed_at as closed_at,
        case
            when status in ('won', 'lost') then status
            when progress = 2 then 'closed'
        end as outcome,
        source_file_id
    from numbered
    where choice = 1
)

select * from final
