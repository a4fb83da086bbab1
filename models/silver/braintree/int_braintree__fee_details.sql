{{ config(materialized="ephemeral") }}

with movements as (
    select * from {{ ref("int_braintree__movements") }}
    where fee_minor <> 0
),

-- The report splits off interchange, scheme fees and conversion; what is left is Braintree's own: its markup where
-- interchange is billed apart, else one price for everything.
parts as (
    select
        *,
        inline(array(
            named_struct('kind', 'interchange', 'amount_minor', interchange_minor),
            named_struct('kind', 'scheme', 'amount_minor', scheme_minor),
            named_struct('kind', 'fx', 'amount_minor', conversion_minor),
            named_struct(
                'kind', case when is_split then 'markup' else 'processing' end,
                'amount_minor', fee_minor - interchange_minor - scheme_minor - conversion_minor
            )
        )) as (kind, amount_minor)
    from movements
),

final as (
    select
        source_account_id,
        movement_id,
        kind,
        amount_minor,
        currency,
        source_file_id
    from parts
    where amount_minor <> 0
)

select * from final
