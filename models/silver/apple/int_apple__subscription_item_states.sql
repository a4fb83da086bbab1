{{ config(materialized="ephemeral") }}

-- Notifications about a refund carry the transaction that it is about: they say something of the subscription only when
-- that transaction paid the period that was running.
with notifications as (
    select
        *,
        notification_type = 'REFUND' or status_code = '5' as is_revoked
    from {{ ref("stg_apple__notifications") }}
    where
        product_type = 'Auto-Renewable Subscription'
        and notification_type not in (
            'CONSUMPTION_REQUEST', 'REFUND_DECLINED', 'RENEWAL_EXTENSION', 'ONE_TIME_CHARGE', 'TEST',
            'EXTERNAL_PURCHASE_TOKEN'
        )
        and (
            notification_type not in ('REFUND', 'REFUND_REVERSED')
            or expires_at > coalesce(revoked_at, signed_at)
        )
),

products as (
    select * from {{ ref("int_apple__products") }}
),

said as (
    select
        notifications.*,
        case
            when notifications.notification_type in ('REFUND', 'REVOKE', 'EXPIRED') then 'canceled'
            when notifications.notification_type = 'DID_FAIL_TO_RENEW' and notifications.subtype = 'GRACE_PERIOD'
                then 'past_due'
            when notifications.notification_type in ('DID_FAIL_TO_RENEW', 'GRACE_PERIOD_EXPIRED') then 'unpaid'
            when notifications.status_code in ('2', '5') then 'canceled'
            when notifications.status_code = '4' then 'past_due'
            when notifications.status_code = '3' then 'unpaid'
            -- Payloads of the first years have no status; what they say of billing is the same.
            when notifications.status_code is null and notifications.grace_ends_at > notifications.signed_at
                then 'past_due'
            when notifications.status_code is null and notifications.is_in_billing_retry then 'unpaid'
            when notifications.is_trial then 'trialing'
            else 'active'
        end as status,
        max(notifications.account_id) over (partition by notifications.original_transaction_id) as any_account_id,
        max(case when notifications.is_trial then notifications.expires_at end) over so_far as trial_ends_at,
        max(case when notifications.subtype = 'AUTO_RENEW_DISABLED' then notifications.signed_at end) over so_far
            as turned_off_at,
        max(case when notifications.is_renewed then notifications.signed_at end) over so_far as last_on_at,
        row_number() over (
            partition by notifications.original_transaction_id, notifications.signed_at
            order by
                notifications.notification_type in ('REFUND', 'REVOKE', 'EXPIRED') desc,
                notifications.expires_at desc,
                notifications.notification_id asc
        ) as choice,
        products.billing_interval,
        products.interval_count
    from notifications
    left join products on notifications.product_id = products.product_id
    window so_far as (partition by notifications.original_transaction_id order by notifications.signed_at)
),

final as (
    select
        null as source_account_id,
        original_transaction_id as subscription_item_id,
        original_transaction_id as subscription_id,
        coalesce(any_account_id, original_transaction_id) as customer_id,
        concat_ws(
            ':', product_id, currency, cast(case when has_offer then renewal_price_minor else price_minor end as string)
        ) as price_id,
        1 as quantity,
        -- The trial's own transaction costs nothing; what follows it is known from the renewal.
        case when is_trial then renewal_price_minor else price_minor end as amount_minor,
        currency,
        billing_interval,
        interval_count,
        status,
        {{ no_discounts() }} as discounts,
        trial_ends_at,
        case when turned_off_at >= coalesce(last_on_at, turned_off_at) then turned_off_at end as cancel_requested_at,
        case when status <> 'canceled' and not is_renewed then expires_at end as cancel_at,
        status = 'canceled' as is_ended,
        case
            when status <> 'canceled' then null
            when is_revoked then 'store_refund'
            when subtype in ('VOLUNTARY', 'PRICE_INCREASE') or expiration_intent in ('1', '3') then 'voluntary'
            when subtype = 'BILLING_RETRY' or expiration_intent = '2' then 'payment_failure'
            else 'other'
        end as end_reason,
        signed_at as valid_from,
        source_file_id
    from said
    where choice = 1
)

select * from final
