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
        from_json(
            coalesce({{ jws_payload("signedpayload") }}, '{}'), 'struct<{{ names }}, data: struct<{{ signed }}>>'
        ) as sent,
        case when data is not null then from_json(data, 'struct<{{ signed }}>') end as decoded_data,
        notificationtype,
        subtype,
        notificationuuid,
        signeddate,
        _file_id as source_file_id
    from {{ source("bronze_apple", "server_notifications") }}
),

-- A notification stands in bronze as it was signed, or its outermost layer was decoded before it was kept.
opened as (
    select
        coalesce(source.sent.notificationuuid, source.notificationuuid) as notification_id,
        coalesce(source.sent.notificationtype, source.notificationtype) as notification_type,
        coalesce(source.sent.subtype, source.subtype, '') as subtype,
        coalesce(source.sent.signeddate, source.signeddate) as signed_date,
        coalesce(source.sent.data, source.decoded_data) as data,
        source.source_file_id
    from source
),

-- Apple sends a notification again until it is answered; the first one counts.
numbered as (
    select
        opened.*,
        from_json(
            coalesce({{ jws_payload("opened.data.signedtransactioninfo") }}, '{}'),
            '{{ struct_of_text(transaction) }}'
        ) as purchase,
        from_json(
            coalesce({{ jws_payload("opened.data.signedrenewalinfo") }}, '{}'),
            '{{ struct_of_text(renewal) }}'
        ) as renewal,
        row_number() over (
            partition by opened.notification_id
            order by opened.signed_date, opened.source_file_id
        ) as delivery
    from opened
    where opened.data.environment = 'Production'
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
        numbered.data.status as status_code,
        {{ from_epoch_millis("numbered.signed_date") }} as signed_at,
        numbered.purchase.transactionid as transaction_id,
        numbered.purchase.originaltransactionid as original_transaction_id,
        numbered.purchase.type as product_type,
        numbered.purchase.productid as product_id,
        coalesce(numbered.purchase.appaccounttoken, numbered.purchase.apptransactionid) as account_id,
        {{ from_epoch_millis("numbered.purchase.originalpurchasedate") }} as first_purchased_at,
        {{ from_epoch_millis("numbered.purchase.purchasedate") }} as purchased_at,
        {{ from_epoch_millis("numbered.purchase.expiresdate") }} as expires_at,
        {{ from_epoch_millis("numbered.purchase.revocationdate") }} as revoked_at,
        numbered.purchase.revocationreason as revocation_reason,
        numbered.purchase.currency,
        numbered.purchase.price as price_text,
        {{ milli_units("numbered.purchase.price", "exponents.exponent") }} as price_minor,
        {{ milli_units("numbered.renewal.renewalprice", "exponents.exponent") }} as renewal_price_minor,
        numbered.purchase.offertype is not null as has_offer,
        coalesce(numbered.purchase.offerdiscounttype, '') = 'FREE_TRIAL' as is_trial,
        numbered.renewal.autorenewstatus = '1' as is_renewed,
        numbered.renewal.expirationintent as expiration_intent,
        {{ from_epoch_millis("numbered.renewal.graceperiodexpiresdate") }} as grace_ends_at,
        coalesce(numbered.renewal.isinbillingretryperiod, '') = 'true' as is_in_billing_retry,
        numbered.source_file_id
    from numbered
    left join exponents on numbered.purchase.currency = exponents.currency
    where numbered.delivery = 1
)

select * from final
