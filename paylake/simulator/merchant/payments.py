"""Payments: attempts on cards, one-off charges, refunds, disputes."""

from __future__ import annotations

from random import Random

from paylake.simulator.clock import DAY, HOUR, MINUTE
from paylake.simulator.ledger import Attempt, Card, Customer, Dispute, Invoice, Refund
from paylake.simulator.merchant.credits import Credits
from paylake.simulator.merchant.treasury import Treasury
from paylake.simulator.merchant.world import World

SOFT_DECLINES = ("insufficient_funds", "insufficient_funds", "generic_decline", "do_not_honor", "try_again_later")
HARD_DECLINES = ("expired_card", "lost_card", "stolen_card", "pickup_card")
DISPUTE_REASONS = ("fraudulent", "subscription_canceled", "product_not_received", "duplicate", "unrecognized")
ONE_OFF_AMOUNTS = {
    "usd": (2500, 7500, 12000),
    "eur": (2000, 6500, 11000),
    "jpy": (3000, 9800, 15000),
    "inr": (200000, 600000, 950000),
    "gbp": (1800, 5500, 9500),
    "cad": (9900, 34900, 89900),
}


def draw_card(rng: Random, country: str, fingerprint: str) -> Card:
    """A card as a charge shows it."""
    brand = rng.choices(("visa", "mastercard", "amex"), (60, 32, 8))[0]
    return Card(
        brand=brand,
        country=country,
        funding=rng.choices(("credit", "debit", "prepaid"), (58, 38, 4))[0],
        last4=f"{rng.randrange(10_000):04d}",
        wallet=rng.choices((None, "apple_pay", "google_pay"), (80, 14, 6))[0],
        fingerprint=fingerprint,
        exp_year=rng.randrange(2027, 2032),
        decline_rate=rng.choices((0.02, 0.12, 0.55), (78, 16, 6))[0],
    )


class Payments:
    """Takes and gives back money; every capture, refund and dispute is booked with the treasury."""

    def __init__(self, world: World, treasury: Treasury) -> None:
        self.world = world
        self.treasury = treasury
        self.credits = Credits(world)
        self.refunded: dict[str, int] = {}
        self.disputed: set[str] = set()
        self.orders = 0
        if world.market.sales:
            self._schedule_one_off()

    def charge(self, invoice: Invoice, customer: Customer, retry_number: int, initiator: str) -> Attempt:
        """Try an invoice's amount on the customer's card now."""
        world, rng, card = self.world, self.world.rng, customer.card
        previous = invoice.attempts[-1].decline_code if invoice.attempts else None
        rate = card.decline_rate * (1.6 if retry_number else 1.0)
        outcome, code = "succeeded", None
        if previous in HARD_DECLINES and rng.random() < 0.8:
            outcome, code = "declined", previous
        elif rng.random() < rate:
            outcome, code = "declined", rng.choice(SOFT_DECLINES if rng.random() < 0.82 else HARD_DECLINES)
        elif rng.random() < 0.004:
            outcome = "blocked"
        authentication = "none"
        if initiator == "customer":
            authentication = rng.choices(("none", "frictionless", "challenged"), (70, 20, 10))[0]
        attempt = Attempt(
            id=world.new_id("attempt"),
            payment_id=invoice.payment_id,
            invoice_id=invoice.id,
            subscription_id=invoice.subscription_id,
            customer_id=customer.id,
            amount=invoice.amount_due,
            currency=invoice.currency,
            at=world.now,
            outcome=outcome,  # type: ignore[arg-type]
            decline_code=code,
            risk_score=rng.randrange(75, 96) if outcome == "blocked" else rng.randrange(2, 64),
            card=card,
            initiator=initiator,  # type: ignore[arg-type]
            retry_number=retry_number,
            authentication=authentication,  # type: ignore[arg-type]
            description="Subscription creation" if initiator == "customer" else "Subscription update",
        )
        invoice.attempts.append(attempt)
        world.ledger.attempts.append(attempt)
        if outcome == "succeeded":
            self.capture(attempt, attempt.amount)
            self._plan_aftermath(attempt)
            self.credits.paid(invoice, attempt)
        return attempt

    def capture(self, attempt: Attempt, amount: int) -> None:
        """Capture now; less than authorised can make two movements, the whole and what is given back of it."""
        world = self.world
        attempt.captured_at, attempt.captured = world.now, amount
        currency = attempt.currency
        whole = amount if world.market.is_captured_in_part else attempt.amount
        fee = world.market.fee(whole, currency)
        movement = self.treasury.book("capture", attempt.id, currency, whole, fee, attempt.description, attempt)
        attempt.movement_id = movement.id
        if amount < whole:
            spared = fee - world.market.fee(amount, currency)
            text = f"Partial capture reversal for {attempt.id}"
            self.treasury.book("capture_reversal", attempt.id, currency, amount - whole, -spared, text, attempt)

    def _plan_aftermath(self, attempt: Attempt) -> None:
        rng, world, regret = self.world.rng, self.world, self.world.market.regret
        if rng.random() < 0.035 * regret:
            world.at(world.now + rng.randrange(HOUR, 25 * DAY), lambda: self._refund(attempt))
        if rng.random() < 0.025 * regret:
            world.at(world.now + rng.randrange(4 * DAY, 45 * DAY), lambda: self._open_dispute(attempt))

    def _refund(self, attempt: Attempt) -> None:
        world, rng = self.world, self.world.rng
        left = attempt.captured - self.refunded.get(attempt.id, 0)
        if left <= 0 or attempt.id in self.disputed:
            return
        is_partial = left > 1 and rng.random() < 0.4
        amount = max(1, left * rng.randrange(20, 70) // 100) if is_partial else left
        self.refunded[attempt.id] = self.refunded.get(attempt.id, 0) + amount
        refund_id = world.new_id("refund")
        text = f"REFUND FOR CHARGE ({attempt.description})"
        fee = -world.market.returned_fee(amount, attempt.currency)
        movement = self.treasury.book("refund", refund_id, attempt.currency, -amount, fee, text, attempt)
        reason = rng.choices(("requested_by_customer", "duplicate", None), (70, 10, 20))[0]
        refund = Refund(refund_id, attempt, amount, reason, world.now, movement.id)
        world.ledger.refunds.append(refund)
        self.credits.refunded(refund)
        if is_partial and rng.random() < 0.3:
            world.at(world.now + rng.randrange(HOUR, 9 * DAY), lambda: self._refund(attempt))

    def _open_dispute(self, attempt: Attempt) -> None:
        world, rng = self.world, self.world.rng
        if attempt.id in self.disputed or attempt.id in self.refunded:
            return
        self.disputed.add(attempt.id)
        dispute = Dispute(
            id=world.new_id("dispute"),
            attempt=attempt,
            amount=attempt.captured,
            reason=rng.choice(DISPUTE_REASONS),
            is_inquiry=rng.random() < 0.2 and world.market.has_inquiries,
            opened_at=world.now,
            due_at=world.now - world.now % DAY + 8 * DAY - 1,
        )
        world.ledger.disputes.append(dispute)
        if not dispute.is_inquiry:
            text, fee = f"Chargeback withdrawal for {attempt.id}", self.world.market.dispute_fee[attempt.currency]
            dispute.withdrawn = self.treasury.book(
                "dispute", dispute.id, attempt.currency, -dispute.amount, fee, text, attempt
            )
        world.at(world.now + rng.randrange(14 * DAY, 60 * DAY), lambda: self._close_dispute(dispute))

    def _close_dispute(self, dispute: Dispute) -> None:
        dispute.closed_at = self.world.now
        if dispute.is_inquiry:
            dispute.outcome = "closed"
            return
        dispute.outcome = "won" if self.world.rng.random() < 0.5 else "lost"
        if dispute.outcome == "won":
            attempt, market = dispute.attempt, self.world.market
            fee = market.dispute_fee[attempt.currency] if market.is_dispute_fee_returned else 0
            text = f"Chargeback reversal for {attempt.id}"
            dispute.reinstated = self.treasury.book(
                "dispute_reversal", dispute.id, attempt.currency, dispute.amount, -fee, text, attempt
            )

    def _schedule_one_off(self) -> None:
        world = self.world
        wait = world.rng.expovariate(1 / (world.market.days_between_sales * DAY))
        world.at(world.now + int(wait) + MINUTE, self._one_off)

    def _one_off(self) -> None:
        """A sale without a customer; one in seven is authorised first and captured, sometimes in part, later."""
        world, rng = self.world, self.world.rng
        currency = rng.choices(world.market.currencies, world.market.sales)[0]
        self.orders += 1
        is_declined = rng.random() < 0.12 and world.market.has_declines
        card = draw_card(rng, rng.choice(world.market.countries[currency]), world.new_id("fingerprint"))
        attempt = Attempt(
            id=world.new_id("attempt"),
            payment_id=world.new_id("payment"),
            invoice_id=None,
            subscription_id=None,
            customer_id=None,
            amount=rng.choice(ONE_OFF_AMOUNTS[currency]),
            currency=currency,
            at=world.now,
            outcome="declined" if is_declined else "succeeded",
            decline_code=rng.choice(SOFT_DECLINES) if is_declined else None,
            risk_score=rng.randrange(2, 64),
            card=card,
            initiator="customer",
            retry_number=0,
            authentication="none",
            description="Workshop ticket",
            order_id=f"order-{self.orders:05d}",
        )
        world.ledger.attempts.append(attempt)
        self._schedule_one_off()
        if is_declined:
            return
        self._plan_aftermath_of_one_off(attempt)

    def _plan_aftermath_of_one_off(self, attempt: Attempt) -> None:
        world, rng = self.world, self.world.rng
        if rng.random() < 0.86:
            self.capture(attempt, attempt.amount)
            self._plan_aftermath(attempt)
            return
        is_partial = rng.random() < 0.6 and world.market.has_partial_captures
        amount = attempt.amount * 3 // 5 if is_partial else attempt.amount

        def capture_later() -> None:
            self.capture(attempt, amount)
            self._plan_aftermath(attempt)

        world.at(world.now + rng.randrange(2 * HOUR, 6 * DAY), capture_later)
