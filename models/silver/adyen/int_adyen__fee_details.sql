{{ config(materialized="ephemeral") }}

with parts as (
    select
        source_account_id,
        movement_id,
        currency,
        source_file_id,
        -- What a chargeback costs stands under commission.
        inline(array(
            named_struct(
                'kind', case when type in ('dispute', 'dispute_reversal') then 'dispute' else 'processing' end,
                'paid_minor', commission_minor
            ),
            named_struct('kind', 'markup', 'paid_minor', markup_minor),
            named_struct('kind', 'scheme', 'paid_minor', scheme_minor),
            named_struct('kind', 'interchange', 'paid_minor', interchange_minor)
        )) as (kind, paid_minor)
    from {{ ref("int_adyen__movements") }}
    where commission_minor <> 0 or markup_minor <> 0 or scheme_minor <> 0 or interchange_minor <> 0
)

select
    source_account_id,
    movement_id,
    kind,
    -paid_minor as amount_minor,
    currency,
    source_file_id
from parts
where paid_minor <> 0
