{{ config(materialized="ephemeral") }}

with payments as (
    select
        *,
        coalesce(order_id, payment_id) as order_key
    from {{ ref("int_razorpay__payments") }}
),

invoices as (
    select
        invoice_id,
        subscription_id,
        row_number() over (partition by subscription_id order by created_at, invoice_id) as invoice_number
    from {{ ref("int_razorpay__invoice_versions") }}
),

numbered as (
    select
        payments.*,
        invoices.subscription_id,
        invoices.invoice_number,
        row_number() over (
            partition by payments.order_key
            order by payments.created_at, payments.payment_id
        ) - 1 as retry_number
    from payments
    left join invoices on payments.invoice_id = invoices.invoice_id
),

final as (
    select
        account_id as source_account_id,
        payment_id as attempt_id,
        order_key as payment_id,
        invoice_id,
        subscription_id,
        customer_id,
        amount_minor,
        currency,
        created_at as attempted_at,
        case
            when status in ('authorized', 'captured', 'refunded') then 'succeeded'
            when status = 'created' then 'pending'
            when error_reason in ('payment_cancelled', 'payment_timed_out') then 'abandoned'
            when error_reason = 'payment_risk_check_failed' and coalesce(error_source, '') <> 'bank' then 'blocked'
            -- Old payments do not say at which step they failed: nothing shows that a bank answered.
            when
                error_step = 'payment_authorization'
                and coalesce(error_source, '') not in ('gateway', 'internal', 'business')
                then 'declined'
            else 'failed'
        end as outcome,
        case when status = 'failed' then coalesce(error_reason, error_code) end as decline_code_raw,
        cast(null as string) as advice_code,
        method,
        wallet,
        case lower(card_network)
            when 'american express' then 'amex'
            when 'mc' then 'mastercard'
            when 'diners club' then 'diners'
            else lower(card_network)
        end as network,
        lower(card_type) as funding,
        cast(null as string) as card_country,
        -- Nothing says who started a payment: the first of a subscription authenticates it, the others are automatic.
        if(subscription_id is not null and invoice_number > 1, 'merchant', 'customer') as initiator,
        cast(retry_number as int) as retry_number,
        case when status = 'failed' and error_step = 'payment_authentication' then 'challenge_failed' end
            as authentication,
        cast(null as string) as exemption,
        if(status = 'failed' and error_reason = 'payment_risk_check_failed', 'blocked', 'accepted') as risk_outcome,
        case when is_captured then coalesce(first_captured_at, created_at) end as captured_at,
        if(is_captured, amount_minor, 0L) as captured_minor,
        source_file_id
    from numbered
)

select * from final
