"""Run a merchant: customers arrive over the first year, subscribe, and sometimes go."""

from __future__ import annotations

import calendar
from dataclasses import replace
from random import Random

from paylake.simulator.clock import DAY, add_months, at
from paylake.simulator.ledger import Customer, CustomerState, Ledger, Naming
from paylake.simulator.market import Market
from paylake.simulator.merchant.billing import Billing
from paylake.simulator.merchant.decisions import Decisions
from paylake.simulator.merchant.payments import Payments, draw_card
from paylake.simulator.merchant.store import StoreSubscriptions
from paylake.simulator.merchant.subscriptions import Subscriptions
from paylake.simulator.merchant.treasury import Treasury
from paylake.simulator.merchant.world import World

FIRST = ("Ada", "Bo", "Chen", "Dana", "Emil", "Fumiko", "Gita", "Hugo", "Ines", "Jun", "Kofi", "Lea", "Mio", "Nour")
LAST = ("Abe", "Brandt", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Hayashi", "Ito", "Jansen", "Khan", "Lopez")


def run_merchant(seed: int | str, customers: int, start: int, end: int, new_id: Naming, market: Market) -> Ledger:
    """Simulate a merchant in one market and return everything that happened in [start, end)."""
    world = World(Ledger(start, end), new_id, Random(seed), market)
    subscriptions: Subscriptions | StoreSubscriptions
    if market.store:
        subscriptions = StoreSubscriptions(world, market.store)
    else:
        subscriptions = Subscriptions(world, Billing(world, Payments(world, Treasury(world))))
        Decisions(subscriptions)
    for index in range(customers if market.has_subscriptions else 0):
        arrival = _arrival(world, index)
        world.at(arrival, lambda index=index: _arrive(world, subscriptions, index))  # type: ignore[misc]
    world.run()
    return world.ledger


def _arrival(world: World, index: int) -> int:
    """Evenly over the first five sixths, some of them on a month's last days so that anchors get clamped."""
    rng, ledger = world.rng, world.ledger
    instant = ledger.start + rng.randrange(0, max(DAY, (ledger.end - ledger.start) * 5 // 6))
    if index % 9 == 0:
        moment = at(instant)
        last = calendar.monthrange(moment.year, moment.month)[1]
        late = instant + (last - moment.day) * DAY
        instant = late if late < ledger.end else instant
    return instant


def _arrive(world: World, subscriptions: Subscriptions | StoreSubscriptions, index: int) -> None:
    rng, now = world.rng, world.now
    currency = rng.choices(world.market.currencies, world.market.customers)[0]
    country = rng.choice(world.market.countries[currency])
    first, last = rng.choice(FIRST), rng.choice(LAST)
    customer = Customer(
        id=world.new_id("customer"),
        name=f"{first} {last}",
        currency=currency,
        card=draw_card(rng, country, world.new_id("fingerprint")),
        created_at=now,
        states=[CustomerState(now, f"{first}.{last}.{index}@example.com".lower(), country, 0)],
    )
    world.customers[customer.id] = customer
    world.ledger.customers.append(customer)
    world.at(now + rng.choice((0, 5, 90)), lambda: subscriptions.sign_up(customer))
    if rng.random() < 0.12:
        world.at(now + rng.randrange(3 * DAY, 150 * DAY), lambda: subscriptions.sign_up(customer))
    if rng.random() < 0.08:
        world.at(add_months(now, rng.randrange(1, 7)) + 77, lambda: _move(world, customer))
    if rng.random() < 0.05:
        world.at(now + rng.randrange(100 * DAY, 400 * DAY), lambda: _leave_for_good(world, customer))


def _move(world: World, customer: Customer) -> None:
    """A new address: e-mail or country."""
    if customer.deleted_at is not None:
        return
    if world.rng.random() < 0.5:
        email = customer.last.email.replace("@", "+new@")
        customer.states.append(replace(customer.last, at=world.now, email=email))
    else:
        country = world.rng.choice(world.market.countries[customer.currency])
        if country != customer.last.country:
            customer.states.append(replace(customer.last, at=world.now, country=country))


def _leave_for_good(world: World, customer: Customer) -> None:
    """Be deleted, if nothing is subscribed any more."""
    subs = [sub for sub in world.ledger.subscriptions if sub.customer_id == customer.id]
    if customer.deleted_at is None and subs and all(sub.last.ended_at is not None for sub in subs):
        customer.deleted_at = world.now
