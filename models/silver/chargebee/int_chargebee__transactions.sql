with numbered as (
    select
        *,
        {{ chargebee_choice("transaction_id") }}
    from {{ ref("stg_chargebee__transactions") }}
)

-- Payments that were recorded by mistake are deleted again.
select *
from numbered
where choice = 1 and not is_deleted
