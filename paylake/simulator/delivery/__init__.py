"""How exports reach the merchant: month by month, some of them late, twice, in no order, or damaged."""

from paylake.simulator.delivery.deliver import deliver
from paylake.simulator.delivery.options import AS_SENT, Delivery

__all__ = ["AS_SENT", "Delivery", "deliver"]
