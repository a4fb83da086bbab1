"""Razorpay's entities of billing: plans, customers, subscriptions, invoices."""

from __future__ import annotations

from typing import Any

from paylake.simulator.ledger import Customer, Invoice, Price, Subscription, SubscriptionState

Json = dict[str, Any]
PERIODS = {"day": "daily", "week": "weekly", "month": "monthly", "year": "yearly"}
STATUS = {
    "incomplete": "created",
    "incomplete_expired": "expired",
    "trialing": "authenticated",
    "active": "active",
    "past_due": "pending",
    "canceled": "cancelled",
}


def plan_object(price: Price) -> Json:
    """A plan and its item."""
    return {
        "id": price.id,
        "entity": "plan",
        "interval": price.interval_count,
        "period": PERIODS[price.interval],
        "item": {
            "id": price.product_id,
            "active": True,
            "name": price.nickname,
            "description": None,
            "amount": price.unit_amount,
            "unit_amount": price.unit_amount,
            "currency": price.currency.upper(),
            "type": "plan",
            "created_at": price.created_at,
        },
        "notes": [],
        "created_at": price.created_at,
    }


def customer_object(customer: Customer) -> Json:
    """A customer as it stands at the end; there is no way to delete one."""
    return {
        "id": customer.id,
        "entity": "customer",
        "name": customer.name,
        "email": customer.last.email,
        "contact": None,
        "gstin": None,
        "notes": [],
        "created_at": customer.created_at,
    }


def status_of(state: SubscriptionState) -> str:
    """The status of a subscription: a pause is one, whatever is owed."""
    return "paused" if state.is_paused and state.status in ("active", "past_due") else STATUS[state.status]


def subscription_object(sub: Subscription, state: SubscriptionState, status: str) -> Json:
    """A subscription in one of its states. A trial is a start later than the creation."""
    item, has_begun = state.items[0], status not in ("created", "authenticated", "expired")
    started = state.trial_end or (None if status in ("created", "expired") else sub.created_at)
    return {
        "id": sub.id,
        "entity": "subscription",
        "plan_id": item.price.id,
        "customer_id": sub.customer_id,
        "status": status,
        "current_start": state.period_start if has_begun else None,
        "current_end": state.period_end if has_begun else None,
        "ended_at": state.ended_at,
        "quantity": item.quantity,
        "notes": [],
        "charge_at": None if state.ended_at else state.period_end,
        "start_at": started,
        "end_at": None,
        "auth_attempts": 0,
        "total_count": 120,
        "paid_count": 0,
        "customer_notify": True,
        "created_at": sub.created_at,
        "expire_by": None,
        "short_url": None,
        "has_scheduled_changes": False,
        "change_scheduled_at": None,
        "source": "api",
        "offer_id": state.discount.coupon.id if state.discount else None,
        "paused_at": state.at if status == "paused" else None,
        "payment_method": "card",
    }


def invoice_object(invoice: Invoice, customer: Customer) -> Json:
    """An invoice as it stands at the end."""
    status = "draft" if invoice.finalized_at is None else "issued"
    ends = {"expired": invoice.uncollectible_at, "cancelled": invoice.voided_at, "paid": invoice.paid_at}
    status = next((name for name, moment in reversed(ends.items()) if moment is not None), status)
    taxable = invoice.subtotal - invoice.discount_total
    paid = invoice.amount_due if status == "paid" else 0
    return {
        "id": invoice.id,
        "entity": "invoice",
        "type": "invoice",
        "receipt": invoice.number,
        "invoice_number": invoice.number,
        "customer_id": invoice.customer_id,
        "customer_details": {"id": customer.id, "name": customer.name, "email": customer.last.email, "contact": None},
        "order_id": invoice.payment_id,
        "line_items": [
            {
                "id": line.id,
                "item_id": None,
                "ref_id": None,
                "ref_type": None,
                "name": line.price.nickname,
                "description": line.description,
                "amount": line.price.unit_amount,
                "unit_amount": line.price.unit_amount,
                "gross_amount": line.amount,
                "tax_amount": line.tax,
                "taxable_amount": line.amount - line.discount,
                "net_amount": line.amount - line.discount + line.tax,
                "currency": invoice.currency.upper(),
                "type": "plan",
                "tax_inclusive": False,
                "quantity": line.quantity,
            }
            for line in invoice.lines
        ],
        "payment_id": invoice.attempts[-1].id if status == "paid" and invoice.attempts else None,
        "status": status,
        "expire_by": None,
        "issued_at": invoice.finalized_at,
        "paid_at": invoice.paid_at,
        "cancelled_at": invoice.voided_at,
        "expired_at": invoice.uncollectible_at if status == "expired" else None,
        "date": invoice.created_at,
        "partial_payment": False,
        "gross_amount": invoice.subtotal,
        "tax_amount": invoice.tax,
        "taxable_amount": taxable,
        "amount": invoice.total,
        "amount_paid": paid,
        "amount_due": invoice.amount_due - paid,
        "currency": invoice.currency.upper(),
        "description": None,
        "notes": [],
        "short_url": None,
        "view_less": True,
        "billing_start": invoice.lines[0].period_start,
        "billing_end": invoice.lines[0].period_end,
        "created_at": invoice.created_at,
        "subscription_id": invoice.subscription_id,
    }
