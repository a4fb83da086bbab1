with named as (
    select
        psp_reference,
        order_reference
    from {{ ref("stg_adyen__payment_accounting") }}
    union all
    select
        psp_reference,
        order_reference
    from {{ ref("stg_adyen__settlement_details") }}
    union all
    select
        psp_reference,
        order_reference
    from {{ ref("stg_adyen__notifications") }}
    where event_code = 'AUTHORISATION'
)

-- Every try has a reference of its own; a merchant who tries again links the tries by the order's.
select
    psp_reference,
    coalesce(min(order_reference), psp_reference) as payment_id
from named
where psp_reference is not null
group by psp_reference
