-- Failing means: a movement's gross and fee do not make its net, or the parts of its fee are not the fee. Whatever is
-- built on movements (cost, payout reconciliation) would not close; the rows show by how much.
with parts as (
    select
        provider,
        movement_id,
        sum(amount_minor) as parts_minor
    from {{ ref("fee_details") }}
    group by provider, movement_id
)

select
    movements.provider,
    movements.movement_id,
    movements.gross_minor,
    movements.fee_minor,
    movements.net_minor,
    parts.parts_minor
from {{ ref("balance_movements") }} as movements
left join parts on movements.provider = parts.provider and movements.movement_id = parts.movement_id
where
    movements.gross_minor + movements.fee_minor <> movements.net_minor
    or movements.fee_minor <> coalesce(parts.parts_minor, 0)
