with source as (
    {{ stripe_versions("payouts", "payout", [
        "id", "created", "amount", "currency", "arrival_date", "status", "automatic", "trace_id", "balance_transaction",
        "failure_balance_transaction", "statement_descriptor",
    ]) }}
),

final as (
    select
        id as payout_id,
        upper(currency) as currency,
        {{ whole_units("amount") }} as amount_minor,
        status,
        automatic = 'true' as is_automatic,
        get_json_object(trace_id, '$.value') as bank_reference,
        {{ from_epoch("created") }} as initiated_at,
        {{ from_epoch("arrival_date") }} as arrives_at,
        coalesce(event_at, {{ from_epoch("created") }}) as version_at,
        event_id,
        source_account_id,
        source_file_id
    from source
)

select * from final
