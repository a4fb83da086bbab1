"""Random invoice lines: valid by construction, nasty on purpose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from oracle.revenue import Event, Line

START = datetime(2024, 11, 20, tzinfo=UTC)
AMOUNTS = (1, 2, 5, 99, 100, 1900, 12000, 149000, 999_999_999_999)
HOURS = (0, 4, 5, 12, 15)
"""Where the months of the zones that tests use begin, and noon."""


def _day(month: int, day: int) -> datetime:
    return datetime(2025, month, day, tzinfo=UTC)


_PLAIN = Line("nothing, paid or not", 5900, 7000, _day(1, 1), (_day(1, 1), _day(3, 1)))
EXAMPLES = [
    _PLAIN,
    replace(_PLAIN, name="a credit note over 5.90 on 20 February", credits=((_day(2, 20), 590),)),
    replace(_PLAIN, name="the same on 20 March", credits=((_day(3, 20), 590),)),
    replace(_PLAIN, name="a refund of all without a credit note on 20 February", refunds=((_day(2, 20), 7000),)),
    replace(_PLAIN, name="void on 10 February", voided_at=_day(2, 10)),
    replace(_PLAIN, name="given up (uncollectible) on 8 February", lost_at=_day(2, 8)),
    replace(_PLAIN, name="the same, and paid on 8 March after all", lost_at=_day(2, 8), recovered_at=_day(3, 8)),
    replace(_PLAIN, name="issued on 10 February only", issued_at=_day(2, 10)),
]
"""The worked examples of docs/decisions/2026-11-22-recognised-revenue.md, named as there."""


def random_lines(seed: int, count: int) -> list[Line]:
    """Lines, each on an invoice of its own."""
    rng = Random(seed)
    return [_line(rng, f"line-{number}") for number in range(count)]


def _instant(rng: Random, earliest: datetime, days: int) -> datetime:
    """An instant, often one where a month begins in some zone, or the second before."""
    at = earliest + timedelta(seconds=rng.randrange(days * 86_400))
    if rng.random() < 0.5:
        return at
    edge = (at.replace(day=1) + timedelta(days=32)).replace(day=1, hour=rng.choice(HOURS), minute=0, second=0)
    return edge - timedelta(seconds=rng.choice((0, 0, 1)))


def _events(rng: Random, issued_at: datetime, amount: int) -> tuple[Event, ...]:
    found: list[Event] = []
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        part = max(1, abs(amount) * rng.randrange(1, 120) // 100)
        found.append((_instant(rng, issued_at, 200), part))
    return tuple(found)


def _line(rng: Random, name: str) -> Line:
    amount = rng.choice(AMOUNTS) * rng.choice((1, 1, 1, -1))
    issued_at = _instant(rng, START, 300)
    service = None
    if rng.random() < 0.9:
        start = _instant(rng, issued_at - timedelta(days=rng.choice((0, 0, 45))), 40)
        end = _instant(rng, start, rng.choice((1, 31, 100, 400))) + timedelta(seconds=1)
        service = (start, max(end, start + timedelta(seconds=1)))
    lost_at = _instant(rng, issued_at, 100) if rng.random() < 0.25 else None
    voided_at = _instant(rng, issued_at, 100) if rng.random() < 0.1 else None
    recovered_at = _instant(rng, lost_at, 100) if lost_at and not voided_at and rng.random() < 0.4 else None
    return Line(
        name,
        amount,
        rng.choice((amount, abs(amount) * 119 // 100, abs(amount) * 3, -1)),
        issued_at,
        service,
        voided_at,
        lost_at,
        recovered_at,
        credits=_events(rng, issued_at, amount) if amount > 0 else (),
        invoice_credits=_events(rng, issued_at, amount),
        refunds=_events(rng, issued_at, amount),
    )
