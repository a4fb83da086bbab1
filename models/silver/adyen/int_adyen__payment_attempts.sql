{{ config(materialized="ephemeral") }}

-- A payment's steps come in any order and in several files; what they add up to does not depend on it.
with accounted as (
    select
        psp_reference as attempt_id,
        max(merchant_account) as source_account_id,
        max(shopper_reference) as customer_id,
        max(payment_method) as payment_method,
        max(payment_method_variant) as payment_method_variant,
        max(presentment_currency) as currency,
        coalesce(
            max(case when record_type = 'Received' then received_minor end),
            max(case when record_type = 'Authorised' then authorised_minor end),
            max(original_minor)
        ) as amount_minor,
        coalesce(min(case when record_type = 'Received' then booked_at end), min(booked_at)) as attempted_at,
        max(record_type in ('Authorised', 'SentForSettle', 'CaptureFailed', 'Expired') or record_type like 'Settled%')
            as is_authorised,
        max(record_type = 'Refused') as is_refused,
        max(record_type = 'Error') as is_error,
        max(record_type = 'Cancelled') as is_cancelled,
        min(case when record_type = 'SentForSettle' then booked_at end) as sent_at,
        min(case when record_type like 'Settled%' then booked_at end) as settled_at,
        sum(case when record_type = 'SentForSettle' then captured_minor else 0L end) as sent_minor,
        sum(case when record_type = 'CaptureFailed' then captured_minor else 0L end) as undone_minor,
        sum(case when record_type like 'Settled%' then -captured_minor else 0L end) as settled_minor,
        min(source_file_id) as source_file_id
    from {{ ref("stg_adyen__payment_accounting") }}
    group by psp_reference
    -- A report of which the first row is a refund or chargeback says nothing of how the payment was made.
    having max(
        record_type in ('Received', 'Authorised', 'AuthorisedPending', 'Refused', 'Error', 'Cancelled', 'Expired')
        or record_type in ('SentForSettle', 'CaptureFailed') or record_type like 'Settled%'
    )
),

numbered as (
    select
        *,
        row_number() over (partition by psp_reference order by event_at desc, is_success desc, source_file_id asc)
            as choice
    from {{ ref("stg_adyen__notifications") }}
    where event_code = 'AUTHORISATION'
),

notified as (
    select * from numbered
    where choice = 1
),

joined as (
    select
        coalesce(accounted.attempt_id, notified.psp_reference) as attempt_id,
        coalesce(accounted.source_account_id, notified.merchant_account) as source_account_id,
        coalesce(
            accounted.customer_id, get_json_object(notified.additional_json, '$["recurring.shopperReference"]')
        ) as customer_id,
        coalesce(accounted.amount_minor, notified.amount_minor) as amount_minor,
        coalesce(accounted.currency, notified.currency) as currency,
        coalesce(accounted.attempted_at, notified.event_at) as attempted_at,
        lower(coalesce(accounted.payment_method, notified.payment_method)) as method,
        lower(coalesce(
            accounted.payment_method_variant, get_json_object(notified.additional_json, '$.paymentMethodVariant')
        )) as variant,
        lower(get_json_object(notified.additional_json, '$.fundingSource')) as funding,
        get_json_object(notified.additional_json, '$.cardIssuingCountry') as card_country,
        get_json_object(notified.additional_json, '$.merchantAdviceCode') as advice_code,
        notified.reason,
        case
            when accounted.is_authorised or notified.is_success then 'succeeded'
            when upper(notified.reason) like 'FRAUD%' then 'blocked'
            when accounted.is_cancelled or upper(notified.reason) in ('CANCELLED', 'SHOPPER CANCELLED')
                then 'abandoned'
            when accounted.is_refused then 'declined'
            when accounted.is_error then 'failed'
            when not notified.is_success then 'declined'
            else 'pending'
        end as outcome,
        coalesce(accounted.sent_at, accounted.settled_at) as captured_at,
        coalesce(greatest(accounted.sent_minor, accounted.settled_minor) + accounted.undone_minor, 0L)
            as captured_minor,
        coalesce(accounted.source_file_id, notified.source_file_id) as source_file_id
    from accounted
    full outer join notified
        on accounted.attempt_id = notified.psp_reference
),

final as (
    select
        joined.source_account_id,
        joined.attempt_id,
        payments.payment_id,
        null as invoice_id,
        null as subscription_id,
        joined.customer_id,
        joined.amount_minor,
        joined.currency,
        joined.attempted_at,
        joined.outcome,
        case when joined.outcome in ('declined', 'blocked', 'failed') then joined.reason end as decline_code_raw,
        nullif(trim(substr(joined.advice_code, 1, 2)), '') as advice_code,
        case
            when
                joined.method in (
                    'visa', 'mc', 'amex', 'discover', 'diners', 'jcb', 'maestro', 'cup', 'cartebancaire', 'bcmc',
                    'nyce', 'star', 'pulse', 'accel'
                )
                then 'card'
            else joined.method
        end as method,
        case
            when joined.variant like '%applepay' then 'apple_pay'
            when joined.variant like '%googlepay' then 'google_pay'
        end as wallet,
        case joined.method when 'mc' then 'mastercard' when 'cup' then 'unionpay' else joined.method end as network,
        coalesce(joined.funding, nullif(regexp_extract(joined.variant, '(credit|debit|prepaid)', 1), '')) as funding,
        joined.card_country,
        null as initiator,
        cast(
            row_number() over (partition by payments.payment_id order by joined.attempted_at, joined.attempt_id) - 1
            as int
        ) as retry_number,
        null as authentication,
        null as exemption,
        case when joined.outcome = 'blocked' then 'blocked' end as risk_outcome,
        case when joined.captured_minor > 0 then joined.captured_at end as captured_at,
        joined.captured_minor,
        joined.source_file_id
    from joined
    left join {{ ref("int_adyen__payments") }} as payments on joined.attempt_id = payments.psp_reference
)

select * from final
