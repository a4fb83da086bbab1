{{ config(materialized="ephemeral") }}
{%- set signed = "environment: string, status: string, signedTransactionInfo: string, signedRenewalInfo: string" %}
{%- set names = "notificationType: string, subtype: string, notificationUUID: string, signedDate: string" %}
{%- set transaction = [
    "transactionId", "originalTransactionId", "productId", "purchaseDate", "originalPurchaseDate", "expiresDate", "type",
    "appAccountToken", "appTransactionId", "price", "currency", "offerType", "offerDiscountType", "revocationDate",
    "revocationReason",
] %}
{%- set renewal = [
    "autoRenewStatus", "renewalPrice", "currency", "expirationIntent", "gracePeriodExpiresDate", "isInBillingRetryPeriod",
] %}
with source as (
    select
        from_json(coalesce({{ jws_payload("signedPayload") }}, '{}'), 'struct<{{ names }}, data: struct<{{ signed }}>>') as sent,
        from_json(coalesce(data, '{}'), 'struct<{{ signed }}>') as decoded_data,
        notificationType,
        subtype,
        notificationUUID,
        signedDate,
        _file_id as source_file_id
    from {{ source("bronze_apple", "server_notifications") }}
),

-- A notification stands in bronze as it was signed, or its outermost layer was decoded before it was kept.
opened as (
    select
        coalesce(sent.notificationUUID, notificationUUID) as notification_id,
        coalesce(sent.notificationType, notificationType) as notification_type,
        coalesce(sent.subtype, subtype, '') as subtype,
        coalesce(sent.signedDate, signedDate) as signed_date,
        coalesce(sent.data.environment, decoded_data.environment) as environment,
        coalesce(sent.data.status, decoded_data.status) as status_code,
        from_json(
            coalesce({{ jws_payload("coalesce(sent.data.signedTransactionInfo, decoded_data.signedTransactionInfo)") }}, '{}'),
            'struct<{% for name in transaction %}{{ name }}: string{{ ", " if not loop.last }}{% endfor %}>'
        ) as purchase,
        from_json(
            coalesce({{ jws_payload("coalesce(sent.data.signedRenewalInfo, decoded_data.signedRenewalInfo)") }}, '{}'),
            'struct<{% for name in renewal %}{{ name }}: string{{ ", " if not loop.last }}{% endfor %}>'
        ) as renewal,
        source_file_id
    from source
),

-- Apple sends a notification again until it is answered; the first one counts.
numbered as (
    select
        *,
        row_number() over (partition by notification_id order by signed_date, source_file_id) as delivery
    from opened
    where environment = 'Production'
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'apple'
),

final as (
    select
        numbered.notification_id,
        numbered.notification_type,
        numbered.subtype,
        numbered.status_code,
        {{ from_epoch_millis("numbered.signed_date") }} as signed_at,
        numbered.purchase.transactionId as transaction_id,
        numbered.purchase.originalTransactionId as original_transaction_id,
        numbered.purchase.type as product_type,
        numbered.purchase.productId as product_id,
        coalesce(numbered.purchase.appAccountToken, numbered.purchase.appTransactionId) as account_id,
        {{ from_epoch_millis("numbered.purchase.originalPurchaseDate") }} as first_purchased_at,
        {{ from_epoch_millis("numbered.purchase.purchaseDate") }} as purchased_at,
        {{ from_epoch_millis("numbered.purchase.expiresDate") }} as expires_at,
        {{ from_epoch_millis("numbered.purchase.revocationDate") }} as revoked_at,
        numbered.purchase.revocationReason as revocation_reason,
        numbered.purchase.currency,
        numbered.purchase.price as price_text,
        {{ milli_units("numbered.purchase.price", "exponents.exponent") }} as price_minor,
        {{ milli_units("numbered.renewal.renewalPrice", "exponents.exponent") }} as renewal_price_minor,
        numbered.purchase.offerType is not null as has_offer,
        coalesce(numbered.purchase.offerDiscountType, '') = 'FREE_TRIAL' as is_trial,
        numbered.renewal.autoRenewStatus = '1' as is_renewed,
        numbered.renewal.expirationIntent as expiration_intent,
        {{ from_epoch_millis("numbered.renewal.gracePeriodExpiresDate") }} as grace_ends_at,
        coalesce(numbered.renewal.isInBillingRetryPeriod, '') = 'true' as is_in_billing_retry,
        numbered.source_file_id
    from numbered
    left join exponents on numbered.purchase.currency = exponents.currency
    where numbered.delivery = 1
)

select * from final
