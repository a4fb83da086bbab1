{{ config(materialized="ephemeral") }}

with versions as (
    select * from {{ ref("stg_stripe__payment_intents") }}
),

numbered as (
    select
        *,
        max(charge_id) over (partition by payment_id) as any_charge_id,
        {{ choose_version("payment_id", progress="(status in ('succeeded', 'canceled'))", ties=["status"]) }}
    from versions
),

-- A payment that never reached a charge left no attempt behind: the customer walked away, or authentication failed,
-- before the network was asked. Attempts would look better than they were without these.
final as (
    select
        account_id as source_account_id,
        payment_id as attempt_id,
        payment_id,
        invoice_id,
        cast(null as string) as subscription_id,
        customer_id,
        amount_minor,
        currency,
        created_at as attempted_at,
        case
            when status in ('processing', 'requires_capture', 'succeeded') then 'pending'
            when error_code is not null then 'failed'
            else 'abandoned'
        end as outcome,
        error_code as decline_code_raw,
        cast(null as string) as advice_code,
        method,
        cast(null as string) as wallet,
        cast(null as string) as network,
        cast(null as string) as funding,
        cast(null as string) as card_country,
        'customer' as initiator,
        cast(0 as int) as retry_number,
        case
            when error_code = 'payment_intent_authentication_failure' or status = 'requires_action'
                then 'challenge_failed'
            else 'none'
        end as authentication,
        cast(null as string) as exemption,
        'accepted' as risk_outcome,
        cast(null as timestamp) as captured_at,
        cast(0 as bigint) as captured_minor,
        source_file_id
    from numbered
    where choice = 1 and any_charge_id is null
)

select * from final
