with

events as (
    select
        provider,
        'billing' as subject,
        max(valid_from) as latest_at
    from {{ ref('subscription_item_history') }}
    group by provider

    union all

    select
        provider,
        'billing' as subject,
        max(greatest(issued_at, paid_at, voided_at, uncollectible_at)) as latest_at
    from {{ ref('invoices') }}
    group by provider

    union all

    select
        provider,
        'payments' as subject,
        max(greatest(attempted_at, captured_at)) as latest_at
    from {{ ref('payment_attempts') }}
    group by provider

    union all

    select
        provider,
        'payments' as subject,
        max(occurred_at) as latest_at
    from {{ ref('balance_movements') }}
    group by provider
),

final as (
    select
        provider,
        max(case when subject = 'billing' then latest_at end) as billing_as_of_at,
        max(case when subject = 'payments' then latest_at end) as payments_as_of_at,
        least(
            max(case when subject = 'billing' then latest_at end),
            max(case when subject = 'payments' then latest_at end)
        ) as as_of_at
    from events
    group by provider
)

select * from final
