{{ config(materialized="ephemeral") }}

with versions as (
    select
        *,
        -- A payout that the bank sends back was `paid` for some days first: failed is further than paid.
        array_position(array('pending', 'in_transit', 'paid', 'canceled', 'failed'), coalesce(status, '')) as progress
    from {{ ref("stg_stripe__payouts") }}
),

numbered as (
    select
        *,
        max(bank_reference) over (partition by payout_id) as any_bank_reference,
        {{ choose_version("payout_id", progress="progress") }}
    from versions
),

-- Report lines name payouts that the API export may lack. Such a payout is summed from its members; its own line, where
-- a report has one, came with either sign and a gross that was not its net.
from_reports as (
    select
        payout_id,
        currency,
        cast(sum(net_minor) as bigint) as amount_minor,
        min(source_file_id) as source_file_id
    from (
        select distinct
            payout_id,
            coalesce(movement_id, concat_ws(':', source_file_id, source_record)) as movement_key,
            currency,
            net_minor,
            min(source_file_id) over (partition by payout_id, movement_id) as source_file_id
        from {{ ref("stg_stripe__report_lines") }}
        where payout_id is not null and reporting_category <> 'payout'
    ) as members
    group by payout_id, currency
),

final as (
    select
        account_id as source_account_id,
        payout_id,
        amount_minor,
        currency,
        initiated_at,
        arrives_at,
        status,
        is_automatic,
        any_bank_reference as bank_reference,
        source_file_id
    from numbered
    where choice = 1
    union all
    select
        cast(null as string) as source_account_id,
        from_reports.payout_id,
        from_reports.amount_minor,
        from_reports.currency,
        cast(null as timestamp) as initiated_at,
        cast(null as timestamp) as arrives_at,
        'unknown' as status,
        true as is_automatic,
        cast(null as string) as bank_reference,
        from_reports.source_file_id
    from from_reports
    left anti join versions on from_reports.payout_id = versions.payout_id
)

select * from final
