"""Stripe's billing objects, as the API would show them at an instant."""

from __future__ import annotations

from typing import Any

from paylake.simulator.ledger import (
    Coupon,
    Customer,
    CustomerState,
    Discount,
    Item,
    Price,
    Product,
    Subscription,
    SubscriptionState,
)

Json = dict[str, Any]
CANCELLATION_REASON = {
    "voluntary": "cancellation_requested",
    "migration": "cancellation_requested",
    "payment_failure": "payment_failed",
}


def page(url: str, data: list[Any], has_more: bool = False) -> Json:
    """A list as the API returns it."""
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def product_object(product: Product) -> Json:
    """A product."""
    return {
        "id": product.id,
        "object": "product",
        "active": True,
        "created": product.created_at,
        "default_price": None,
        "description": None,
        "images": [],
        "livemode": True,
        "metadata": {},
        "name": product.name,
        "statement_descriptor": None,
        "tax_code": "txcd_10000000",
        "type": "service",
        "unit_label": None,
        "updated": product.created_at,
        "url": None,
    }


def price_object(price: Price) -> Json:
    """A price."""
    return {
        "id": price.id,
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": price.created_at,
        "currency": price.currency,
        "livemode": True,
        "lookup_key": None,
        "metadata": {},
        "nickname": price.nickname,
        "product": price.product_id,
        "recurring": {
            "aggregate_usage": "sum" if price.is_metered else None,
            "interval": price.interval,
            "interval_count": price.interval_count,
            "trial_period_days": None,
            "usage_type": "metered" if price.is_metered else "licensed",
        },
        "tax_behavior": "exclusive",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring",
        "unit_amount": price.unit_amount,
        "unit_amount_decimal": str(price.unit_amount),
    }


def plan_object(price: Price) -> Json:
    """The legacy plan that mirrors a price."""
    return {
        "id": price.id,
        "object": "plan",
        "active": True,
        "aggregate_usage": "sum" if price.is_metered else None,
        "amount": price.unit_amount,
        "amount_decimal": str(price.unit_amount),
        "billing_scheme": "per_unit",
        "created": price.created_at,
        "currency": price.currency,
        "interval": price.interval,
        "interval_count": price.interval_count,
        "livemode": True,
        "metadata": {},
        "nickname": price.nickname,
        "product": price.product_id,
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "metered" if price.is_metered else "licensed",
    }


def coupon_object(coupon: Coupon) -> Json:
    """A coupon; a percentage is a JSON number."""
    return {
        "id": coupon.id,
        "object": "coupon",
        "amount_off": coupon.amount_off,
        "created": coupon.created_at,
        "currency": coupon.currency,
        "duration": coupon.duration,
        "duration_in_months": coupon.duration_in_months,
        "livemode": True,
        "max_redemptions": None,
        "metadata": {},
        "name": coupon.name,
        "percent_off": None if coupon.percent_off is None else float(coupon.percent_off),
        "redeem_by": None,
        "valid": True,
    }


def discount_object(discount: Discount | None, customer_id: str, subscription_id: str) -> Json | None:
    """A discount; its end is known for repeating coupons only."""
    if discount is None:
        return None
    return {
        "id": discount.id,
        "object": "discount",
        "checkout_session": None,
        "coupon": coupon_object(discount.coupon),
        "customer": customer_id,
        "end": discount.ends_at,
        "invoice": None,
        "invoice_item": None,
        "promotion_code": None,
        "start": discount.started_at,
        "subscription": subscription_id,
    }


def customer_object(customer: Customer, state: CustomerState) -> Json:
    """A customer in one of its states."""
    address = {"city": None, "country": state.country, "line1": None, "line2": None, "postal_code": None, "state": None}
    return {
        "id": customer.id,
        "object": "customer",
        "address": address,
        "balance": state.balance,
        "created": customer.created_at,
        "currency": customer.currency,
        "default_source": None,
        "delinquent": False,
        "description": customer.name,
        "discount": None,
        "email": state.email,
        "invoice_prefix": customer.id[-8:].upper(),
        "invoice_settings": {"custom_fields": None, "default_payment_method": None, "footer": None},
        "livemode": True,
        "metadata": {},
        "name": customer.name,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
    }


def item_object(item: Item, subscription_id: str) -> Json:
    """A subscription item; metered ones have no quantity."""
    result: Json = {
        "id": item.id,
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": item.created_at,
        "discounts": [],
        "metadata": {},
        "plan": plan_object(item.price),
        "price": price_object(item.price),
        "quantity": item.quantity,
        "subscription": subscription_id,
        "tax_rates": [],
    }
    if item.price.is_metered:
        del result["quantity"]
    return result


def subscription_object(sub: Subscription, state: SubscriptionState) -> Json:
    """A subscription in one of its states."""
    items = page(f"/v1/subscription_items?subscription={sub.id}", [item_object(item, sub.id) for item in state.items])
    items["total_count"] = len(state.items)
    only = state.items[0] if len(state.items) == 1 else None
    pause = {"behavior": "void", "resumes_at": state.resumes_at} if state.is_paused else None
    return {
        "id": sub.id,
        "object": "subscription",
        "application": None,
        "application_fee_percent": None,
        "automatic_tax": {"enabled": False},
        "billing_cycle_anchor": state.anchor,
        "billing_thresholds": None,
        "cancel_at": state.period_end if state.cancel_at_period_end else None,
        "cancel_at_period_end": state.cancel_at_period_end,
        "canceled_at": state.canceled_at,
        "cancellation_details": {
            "comment": None,
            "feedback": None,
            "reason": _cancellation_reason(state),
        },
        "collection_method": "charge_automatically",
        "created": sub.created_at,
        "currency": sub.currency,
        "current_period_end": state.period_end,
        "current_period_start": state.period_start,
        "customer": sub.customer_id,
        "days_until_due": None,
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": None,
        "discount": discount_object(state.discount, sub.customer_id, sub.id),
        "discounts": [state.discount.id] if state.discount else [],
        "ended_at": state.ended_at,
        "items": items,
        "latest_invoice": state.invoice_id,
        "livemode": True,
        "metadata": {},
        "next_pending_invoice_item_invoice": None,
        "pause_collection": pause,
        "pending_setup_intent": None,
        "pending_update": None,
        "plan": plan_object(only.price) if only else None,
        "quantity": only.quantity if only and not only.price.is_metered else None,
        "schedule": None,
        "start_date": sub.created_at,
        "status": state.status,
        "test_clock": None,
        "transfer_data": None,
        "trial_end": state.trial_end,
        "trial_start": state.trial_start,
    }


def _cancellation_reason(state: SubscriptionState) -> str | None:
    if state.end_reason:
        return CANCELLATION_REASON[state.end_reason]
    return "cancellation_requested" if state.canceled_at is not None else None
