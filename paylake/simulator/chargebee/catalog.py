"""Chargebee's catalogue (items, item prices, coupons), customers and their payment sources."""

from __future__ import annotations

from paylake.simulator.chargebee.words import Json, card_object, item_type, versioned
from paylake.simulator.ledger import Coupon, Customer, CustomerState, Price, Product

DURATIONS = {"once": "one_time", "repeating": "limited_period", "forever": "forever"}


def item(product: Product, prices: list[Price]) -> Json:
    """A product; its prices know whether it is a plan or an addon, and whether usage is metered."""
    first = next(price for price in prices if price.product_id == product.id)
    what = {
        "id": product.id,
        "object": "item",
        "name": product.name,
        "external_name": product.name,
        "item_family_id": "software",
        "type": item_type(first),
        "status": "active",
        "enabled_for_checkout": True,
        "enabled_in_portal": True,
        "is_giftable": False,
        "is_shippable": False,
        "item_applicability": "all",
        "metered": first.is_metered,
        "usage_calculation": "sum_of_usages" if first.is_metered else None,
        "channel": "web",
        "metadata": {},
    }
    return versioned(what, product.created_at)


def item_price(price: Price) -> Json:
    """A price of an item."""
    what = {
        "id": price.id,
        "object": "item_price",
        "name": f"{price.nickname} {price.currency.upper()}",
        "item_id": price.product_id,
        "item_family_id": "software",
        "item_type": item_type(price),
        "status": "active",
        "currency_code": price.currency.upper(),
        "pricing_model": "per_unit",
        "price": price.unit_amount,
        "period": price.interval_count,
        "period_unit": price.interval,
        "free_quantity": 0,
        "is_taxable": True,
        "channel": "web",
        "created_at": price.created_at,
    }
    return versioned(what, price.created_at)


def coupon(coupon: Coupon) -> Json:
    """A coupon of the whole invoice; a percentage is a JSON number."""
    what = {
        "id": coupon.id,
        "object": "coupon",
        "name": coupon.name,
        "invoice_name": coupon.name,
        "apply_on": "invoice_amount",
        "currency_code": coupon.currency.upper() if coupon.currency else None,
        "discount_amount": coupon.amount_off,
        "discount_percentage": None if coupon.percent_off is None else float(coupon.percent_off),
        "discount_type": "fixed_amount" if coupon.percent_off is None else "percentage",
        "duration_type": DURATIONS[coupon.duration],
        "period": coupon.duration_in_months,
        "period_unit": "month" if coupon.duration_in_months else None,
        "redemptions": 0,
        "status": "active",
        "created_at": coupon.created_at,
    }
    return versioned(what, coupon.created_at)


def customer(customer: Customer, state: CustomerState) -> Json:
    """A customer in one of its states."""
    first, last = customer.name.split(" ", 1)
    what = {
        "id": customer.id,
        "object": "customer",
        "first_name": first,
        "last_name": last,
        "email": state.email,
        "auto_collection": "on",
        "allow_direct_debit": False,
        "billing_address": {
            "first_name": first,
            "last_name": last,
            "country": state.country,
            "validation_status": "not_validated",
            "object": "billing_address",
        },
        "card_status": "valid",
        "channel": "web",
        "created_at": customer.created_at,
        "excess_payments": 0,
        "net_term_days": 0,
        "pii_cleared": "active",
        "preferred_currency_code": customer.currency.upper(),
        "promotional_credits": 0,
        "refundable_credits": 0,
        "taxability": "taxable",
        "unbilled_charges": 0,
    }
    return versioned(what, state.at)


def deleted_customer(one: Customer, at: int) -> Json:
    """A customer as it is sent once more when it is deleted."""
    return {**customer(one, one.last), "updated_at": at, "resource_version": at * 1000 + 100, "deleted": True}


def payment_source(customer: Customer, source_id: str, gateway_account_id: str) -> Json:
    """The card on file, with the country that issued it."""
    what = {
        "id": source_id,
        "object": "payment_source",
        "customer_id": customer.id,
        "type": "card",
        "reference_id": f"cus_{customer.card.fingerprint}/pm_{customer.card.fingerprint}",
        "status": "valid",
        "gateway": "stripe",
        "gateway_account_id": gateway_account_id,
        "issuing_country": customer.card.country,
        "card": card_object(customer.card),
        "created_at": customer.created_at,
    }
    return versioned(what, customer.created_at)
