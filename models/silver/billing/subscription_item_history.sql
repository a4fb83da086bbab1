with states as (
    {{ from_providers("subscription_item_states", [
        "stripe", "apple", "braintree", "chargebee", "google_play", "razorpay", "recurly",
    ], {
        "subscription_item_id": "string",
        "subscription_id": "string",
        "customer_id": "string",
        "price_id": "string",
        "quantity": "bigint",
        "amount_minor": "bigint",
        "currency": "string",
        "billing_interval": "string",
        "interval_count": "int",
        "status": "string",
        "discounts": "array<struct<"
            ~ "kind: string, percent_off: decimal(9, 4), amount_off_minor: bigint, duration: string, "
            ~ "starts_at: timestamp, ends_at: timestamp, discount_id: string, is_of_item: boolean>>",
        "trial_ends_at": "timestamp",
        "cancel_requested_at": "timestamp",
        "cancel_at": "timestamp",
        "is_ended": "boolean",
        "end_reason": "string",
        "valid_from": "timestamp",
    }) }}
),

compared as (
    select
        *,
        struct(
            customer_id, price_id, quantity, amount_minor, currency, billing_interval, interval_count, status,
            discounts, trial_ends_at, cancel_requested_at, cancel_at, is_ended, end_reason
        ) as state
    from states
),

-- An event that changes nothing we keep makes no new row, and what has ended stays as it ended.
changes as (
    select *
    from (
        select
            *,
            lag(state) over item as previous_state,
            lag(is_ended) over item as was_ended
        from compared
        window item as (partition by provider, subscription_item_id order by valid_from)
    ) as steps
    where state is distinct from previous_state and not (is_ended and coalesce(was_ended, false))
),

final as (
    select
        provider,
        source_account_id,
        subscription_item_id,
        subscription_id,
        customer_id,
        concat(provider, ':', customer_id) as customer_key,
        price_id,
        quantity,
        amount_minor,
        currency,
        billing_interval as interval,
        interval_count,
        status,
        discounts,
        trial_ends_at,
        cancel_requested_at,
        cancel_at,
        case when is_ended then valid_from end as ended_at,
        end_reason,
        valid_from,
        lead(valid_from, 1, {{ open_end() }}) over item as valid_to,
        lead(valid_from) over item is null as is_current,
        source_file_id
    from changes
    window item as (partition by provider, subscription_item_id order by valid_from)
)

select * from final
