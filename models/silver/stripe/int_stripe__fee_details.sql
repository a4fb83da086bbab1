{{ config(materialized="ephemeral") }}

with stripe as (
    select
        movement_id,
        type,
        fee_minor,
        currency,
        source_file_id,
        -- Report CSVs know the total only: it is one part then.
        coalesce(
            case
                when size(from_json(fee_details_json, 'array<struct<amount: string, type: string>>')) > 0
                    then from_json(fee_details_json, 'array<struct<amount: string, type: string>>')
            end,
            array(named_struct('amount', cast(-fee_minor as string), 'type', 'stripe_fee'))
        ) as parts
    from {{ ref("int_stripe__movements") }}
    where fee_minor <> 0
),

parts as (
    select
        movement_id,
        type,
        currency,
        source_file_id,
        inline(parts) as (part_amount, part_type)
    from stripe
),

named as (
    select
        movement_id,
        case
            when part_type = 'tax' then 'tax'
            when part_type = 'application_fee' then 'markup'
            when part_type in ('payment_method_passthrough_fee', 'network_fee') then 'scheme'
            when type in ('dispute', 'dispute_reversal') then 'dispute'
            else 'processing'
        end as kind,
        {{ whole_units("part_amount") }} as paid_minor,
        currency,
        source_file_id
    from parts
),

final as (
    select
        null as source_account_id,
        movement_id,
        kind,
        -cast(sum(paid_minor) as bigint) as amount_minor,
        currency,
        min(source_file_id) as source_file_id
    from named
    group by movement_id, kind, currency
)

select * from final
