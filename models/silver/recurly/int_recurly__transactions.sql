with versions as (
    select * from {{ ref("stg_recurly__transactions") }}
),

-- A transaction moves forward: the latest version counts. The kind of card is in exports alone.
numbered as (
    select
        *,
        max(card_country) over (partition by transaction_id) as any_card_country,
        max(nullif(funding_raw, '')) over (partition by transaction_id) as any_funding,
        max(network_raw) over (partition by transaction_id) as any_network,
        max(decline_code_raw) over (partition by transaction_id) as any_decline_code,
        row_number() over (
            partition by transaction_id
            order by
                version_at desc nulls last,
                array_position(
                    array('scheduled', 'pending', 'processing', 'error', 'declined', 'success', 'chargeback', 'void'),
                    coalesce(status_raw, '')
                ) desc,
                source_file_id asc
        ) as choice
    from versions
),

ids as (
    select * from {{ ref("int_recurly__ids") }}
),

final as (
    select
        numbered.transaction_id,
        coalesce(originals.long_id, numbered.original_transaction_id) as original_transaction_id,
        numbered.customer_id,
        coalesce(invoices.long_id, numbered.invoice_id) as invoice_id,
        coalesce(subscriptions.long_id, numbered.subscription_id) as subscription_id,
        numbered.type,
        numbered.origin,
        numbered.status_raw,
        numbered.currency,
        numbered.amount_minor,
        coalesce(numbered.decline_code_raw, numbered.any_decline_code) as decline_code_raw,
        numbered.method_raw,
        numbered.any_network as network_raw,
        numbered.any_funding as funding_raw,
        numbered.any_card_country as card_country,
        numbered.fraud_decision,
        numbered.created_at,
        coalesce(numbered.collected_at, numbered.created_at) as collected_at,
        numbered.source_file_id
    from numbered
    left join ids as originals
        on numbered.original_transaction_id = originals.short_id and originals.kind = 'transactions'
    left join ids as invoices
        on numbered.invoice_id = invoices.short_id and invoices.kind = 'invoices'
    left join ids as subscriptions
        on numbered.subscription_id = subscriptions.short_id and subscriptions.kind = 'subscriptions'
    where numbered.choice = 1
)

select * from final
