{%- set told_apart = [
    "original_transaction_id", "customer_id", "subscription_id", "plan_id", "period_from", "period_until", "tax_minor",
    "discount_minor", "wallet", "debit", "prepaid", "country_raw", "disbursed_on", "settled_minor",
    "settlement_currency", "is_paid", "source_account_id", "authorized_minor",
] %}
with versions as (
    select * from {{ ref("stg_braintree__transactions") }}
    union all
    select * from {{ ref("stg_braintree__graphql_payments") }}
),

-- A transaction only moves forward: the furthest version counts, in whatever order exports came. The client libraries
-- and the GraphQL API each say something that the other one leaves out.
numbered as (
    select
        *,
        row_number() over (
            partition by transaction_id
            order by
                array_position(
                    array(
                        'authorizing', 'authorized', 'submitted_for_settlement', 'settlement_pending', 'settling',
                        'settlement_confirmed', 'settled', 'authorization_expired', 'voided', 'gateway_rejected',
                        'failed', 'processor_declined', 'settlement_declined'
                    ),
                    coalesce(status, '')
                ) desc,
                version_at desc nulls last,
                disbursed_on desc nulls last,
                subscription_id desc nulls last,
                source_file_id asc
        ) as choice,
        {%- for column in told_apart %}
            {%- set told = "nullif(country_raw, 'Unknown')" if column == "country_raw" else column %}
            max({{ told }}) over (partition by transaction_id) as any_{{ column }},
        {%- endfor %}
        min(submitted_at) over (partition by transaction_id) as first_submitted_at
    from versions
),

named as (
    select
        any_source_account_id as source_account_id,
        transaction_id,
        kind,
        any_original_transaction_id as original_transaction_id,
        currency,
        coalesce(any_authorized_minor, amount_minor) as authorized_minor,
        amount_minor,
        status,
        created_at,
        coalesce(first_submitted_at, created_at) as submitted_at,
        status in (
            'submitted_for_settlement', 'settlement_pending', 'settling', 'settlement_confirmed', 'settled'
        ) as is_submitted,
        any_customer_id as customer_id,
        any_subscription_id as subscription_id,
        any_plan_id as plan_id,
        any_period_from as period_from,
        any_period_until as period_until,
        any_tax_minor as tax_minor,
        any_discount_minor as discount_minor,
        decline_code_raw,
        case
            when method_raw like '%card' then 'card'
            else regexp_replace(method_raw, '_account$', '')
        end as method,
        any_wallet as wallet,
        -- A wallet's card is written `Apple Pay - Visa`.
        regexp_replace(regexp_replace(lower(network_raw), '^.* - ', ''), '[ _]', '') as network,
        case
            when lower(any_prepaid) = 'yes' then 'prepaid'
            when lower(any_debit) = 'yes' then 'debit'
            when lower(any_debit) = 'no' then 'credit'
        end as funding,
        {{ country_of_alpha_3("any_country_raw") }} as card_country,
        is_recurring,
        three_d_secure_status,
        lookup_status,
        exemption,
        any_disbursed_on as disbursed_on,
        any_settled_minor as settled_minor,
        any_settlement_currency as settlement_currency,
        any_is_paid as is_paid,
        source_file_id
    from numbered
    where choice = 1
),

-- What is billed for a period is tried again until it is paid: each try is a transaction of its own for the same amount
-- of the same period. The first one names the payment.
final as (
    select
        *,
        case
            when subscription_id is not null and period_from is not null
                then first_value(transaction_id) over (
                    partition by kind, subscription_id, period_from, authorized_minor
                    order by created_at, transaction_id
                )
            else transaction_id
        end as payment_id
    from named
)

select * from final
