{{ config(materialized="ephemeral") }}

with source as (
    select
        *,
        row_number() over (partition by id order by updated_at desc nulls last, _file_id asc) as choice
    from {{ source("bronze_braintree", "customers") }}
    where id is not null
),

final as (
    select
        id as customer_id,
        case when email <> '' then sha2(lower(trim(email)), 256) end as email_sha256,
        -- An address is optional; a card's billing address stands in for it.
        coalesce(
            get_json_object(addresses, '$[0].country_code_alpha2'),
            get_json_object(payment_methods, '$[0].billing_address.country_code_alpha2'),
            get_json_object(credit_cards, '$[0].billing_address.country_code_alpha2')
        ) as country,
        try_cast(created_at as timestamp) as created_at,
        -- `credit_cards` are among the `payment_methods`; an older export has only the former.
        transform(
            from_json(coalesce(payment_methods, credit_cards), 'array<struct<token: string>>'), e -> e.token
        ) as tokens,
        _file_id as source_file_id
    from source
    where choice = 1
)

select * from final
