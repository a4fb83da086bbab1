with source as (
    {{ stripe_versions("charges", "charge", [
        "id", "created", "customer", "invoice", "payment_intent", "currency", "amount", "amount_captured", "captured",
        "status", "failure_code", "outcome", "payment_method_details", "balance_transaction",
    ]) }}
),

with_card as (
    select
        *,
        coalesce(
            get_json_object(payment_method_details, '$.card'), get_json_object(payment_method_details, '$.card_present')
        ) as card_json
    from source
),

final as (
    select
        id as charge_id,
        customer as customer_id,
        invoice as invoice_id,
        payment_intent as payment_id,
        upper(currency) as currency,
        {{ whole_units("amount") }} as amount_minor,
        coalesce(
            {{ whole_units("amount_captured") }},
            case when captured = 'true' then {{ whole_units("amount") }} else 0 end
        ) as captured_minor,
        captured = 'true' as is_captured,
        status,
        failure_code,
        get_json_object(outcome, '$.type') as outcome_type,
        get_json_object(outcome, '$.network_status') as network_status,
        get_json_object(outcome, '$.reason') as outcome_reason,
        get_json_object(outcome, '$.risk_level') as risk_level,
        coalesce(get_json_object(outcome, '$.network_advice_code'), get_json_object(outcome, '$.advice_code'))
            as advice_code,
        get_json_object(payment_method_details, '$.type') as method,
        get_json_object(card_json, '$.wallet.type') as wallet,
        coalesce(get_json_object(card_json, '$.network'), get_json_object(card_json, '$.brand')) as network,
        get_json_object(card_json, '$.funding') as funding,
        get_json_object(card_json, '$.country') as card_country,
        get_json_object(card_json, '$.three_d_secure') as three_d_secure_json,
        {{ from_epoch("created") }} as created_at,
        coalesce(event_at, {{ from_epoch("created") }}) as version_at,
        case when event_type = 'charge.captured' then event_at end as captured_event_at,
        event_id,
        source_account_id,
        source_file_id
    from with_card
)

select * from final
