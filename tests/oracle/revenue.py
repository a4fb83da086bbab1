"""Revenue by brute force: every month of every line is listed and worked out anew, in fractions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

TICK = timedelta(microseconds=1)
METHODS = ("by_time", "by_day", "even_months", "even_months_prorated")
Event = tuple[datetime, int]
Shares = dict[date, int]


@dataclass(frozen=True)
class Line:
    """A line of an issued invoice; what takes off it is positive, and negative where that was withdrawn.

    Args:
        name: its id.
        amount: without discount and tax.
        invoice: the invoice's total, with tax.
        issued_at: of the invoice.
        service: its start and end, if the line has one.
        voided_at: of the invoice.
        lost_at: when it was given up.
        recovered_at: when it was paid after all.
        credits: to this line.
        invoice_credits: to the invoice as a whole, with tax.
        refunds: without a credit note, with tax.
    """

    name: str
    amount: int
    invoice: int
    issued_at: datetime
    service: tuple[datetime, datetime] | None
    voided_at: datetime | None = None
    lost_at: datetime | None = None
    recovered_at: datetime | None = None
    credits: tuple[Event, ...] = ()
    invoice_credits: tuple[Event, ...] = ()
    refunds: tuple[Event, ...] = ()


def half_up(value: Fraction) -> int:
    """Round, halves away from zero."""
    return int(value + Fraction(1, 2)) if value >= 0 else -int(-value + Fraction(1, 2))


def month_of(at: datetime, zone: ZoneInfo) -> date:
    """The first day of an instant's month."""
    return at.astimezone(zone).date().replace(day=1)


def next_month(month: date) -> date:
    """The first day of the next month."""
    return (month + timedelta(days=32)).replace(day=1)


def begins(month: date, zone: ZoneInfo) -> datetime:
    """The first instant of a month."""
    return datetime(month.year, month.month, 1, tzinfo=zone).astimezone(UTC)


def months(first: date, last: date) -> list[date]:
    """Every month from the first to the last."""
    found = []
    while first <= last:
        found.append(first)
        first = next_month(first)
    return found


def overlap(month: date, service: tuple[datetime, datetime], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The part of a service that lies in a month."""
    return max(service[0], begins(month, zone)), min(service[1], begins(next_month(month), zone))


def by_time(amount: int, service: tuple[datetime, datetime], zone: ZoneInfo) -> Shares:
    """What is earned until each month's end, rounded, less what was earned until the end of the one before."""
    shares, reached = {}, 0
    for month in months(month_of(service[0], zone), month_of(service[1] - TICK, zone)):
        passed = Fraction((overlap(month, service, zone)[1] - service[0]) // TICK, (service[1] - service[0]) // TICK)
        shares[month] = half_up(amount * passed) - reached
        reached += shares[month]
    return shares


def by_day(amount: int, service: tuple[datetime, datetime], zone: ZoneInfo) -> Shares:
    """The same by days, counted one by one; the day on which the service ends is not one, unless it is the only one."""
    first, last = (at.astimezone(zone).date() for at in service)
    days = [first + timedelta(days=n) for n in range(max(1, (last - first).days))]
    shares, passed, reached = {}, 0, 0
    for month, count in sorted(Counter(day.replace(day=1) for day in days).items()):
        passed += count
        shares[month] = half_up(Fraction(amount * passed, len(days))) - reached
        reached += shares[month]
    return shares


def evenly(amount: int, among: list[date]) -> Shares:
    """The same for every month, towards zero; the last one takes the remainder."""
    part = abs(amount) // len(among) * (1 if amount >= 0 else -1)
    return dict.fromkeys(among[:-1], part) | {among[-1]: amount - part * (len(among) - 1)}


def even_months(amount: int, service: tuple[datetime, datetime], zone: ZoneInfo) -> Shares:
    """Evenly over the months but the one in which the service ends, unless it is the only one."""
    among = months(month_of(service[0], zone), month_of(service[1], zone))
    return evenly(amount, among[:-1] or among)


def even_months_prorated(amount: int, service: tuple[datetime, datetime], zone: ZoneInfo) -> Shares:
    """Months of which the service covers a part, by time; the rest evenly over whole ones, else the last month's."""
    among = months(month_of(service[0], zone), month_of(service[1] - TICK, zone))
    if len(among) == 1:
        return {among[0]: amount}
    shares = {}
    for month in (among[0], among[-1]):
        start, end = overlap(month, service, zone)
        if (start, end) != (begins(month, zone), begins(next_month(month), zone)):
            shares[month] = half_up(Fraction(amount * ((end - start) // TICK), (service[1] - service[0]) // TICK))
    whole = [month for month in among if month not in shares]
    if not whole:
        return {among[0]: shares[among[0]], among[-1]: amount - shares[among[0]]}
    return shares | evenly(amount - sum(shares.values()), whole)


SCHEDULES: dict[str, Callable[[int, tuple[datetime, datetime], ZoneInfo], Shares]] = {
    "by_time": by_time,
    "by_day": by_day,
    "even_months": even_months,
    "even_months_prorated": even_months_prorated,
}


def shares_of(line: Line, amount: int, method: str, zone: ZoneInfo) -> Shares:
    """What each month earns of an amount; all of it when the invoice is issued, where there is no service period."""
    if line.service is None:
        return {month_of(line.issued_at, zone): amount}
    return SCHEDULES[method](amount, line.service, zone)


def until(events: tuple[Event, ...], month: date, zone: ZoneInfo) -> int:
    """The sum of events up to the end of a month."""
    return sum(amount for at, amount in events if month_of(at, zone) <= month)


def taken_off(line: Line, of_line: int, of_invoice: int) -> int:
    """What credits lower an issued line by, never more than the line."""
    if line.invoice > 0:
        of_line += half_up(Fraction(line.amount * min(of_invoice, line.invoice), line.invoice))
    return max(min(of_line, line.amount), 0) if line.amount >= 0 else min(max(of_line, line.amount), 0)


def earned(line: Line, left: int, month: date, method: str, zone: ZoneInfo, lost: date | None) -> int:
    """What is earned of an amount until the end of a month; of an invoice that is given up, until it was."""
    shares = shares_of(line, left, method, zone)
    if lost is None or line.lost_at is None:
        return sum(part for at, part in shares.items() if at <= month)
    kept = sum(part for at, part in shares.items() if at < lost)
    if lost in shares:
        start, end = overlap(lost, line.service, zone) if line.service else (line.issued_at, line.issued_at)
        passed = (
            Fraction((min(max(line.lost_at, start), end) - start) // TICK, (end - start) // TICK) if end > start else 1
        )
        kept += half_up(shares[lost] * Fraction(passed))
    return kept


def standing(line: Line, month: date, method: str, zone: ZoneInfo, catches_up: bool) -> dict[str, int]:
    """How a line stands at the end of a month."""

    def by_now(at: datetime | None) -> bool:
        return at is not None and month_of(at, zone) <= month

    of_line, of_invoice = until(line.credits, month, zone), until(line.invoice_credits, month, zone)
    is_issued, is_void = by_now(line.issued_at), by_now(line.voided_at)
    credited = taken_off(line, of_line, of_invoice) if is_issued else 0
    reduced = taken_off(line, of_line, of_invoice + until(line.refunds, month, zone)) if is_issued else 0
    left = line.amount - reduced
    is_lost = not is_void and by_now(line.lost_at) and not by_now(line.recovered_at)
    lost = month_of(line.lost_at, zone) if is_lost and line.lost_at else None
    revenue = 0 if is_void else earned(line, left, month, method, zone, lost)
    if catches_up and not is_issued and not is_lost:
        revenue = 0
    return {
        "billed_minor": line.amount if is_issued else 0,
        "credited_minor": -credited,
        "refunded_minor": credited - reduced,
        "voided_minor": -left if is_void else 0,
        "written_off_minor": revenue - left if is_lost else 0,
        "recognised_minor": revenue,
        "bad_debt_minor": revenue if is_lost else 0,
        "unbilled_change_minor": 0 if is_issued else revenue,
        "deferred_minor": left - revenue if is_issued and not is_void and not is_lost else 0,
    }


def schedule(line: Line, method: str, zone: ZoneInfo, catches_up: bool = False) -> dict[date, dict[str, int]]:
    """The rows of a line by month."""
    ends = [line.voided_at, line.lost_at, line.recovered_at]
    instants = [line.issued_at, *(at for at in ends if at), *(line.service or ())[:1]]
    instants += [line.service[1] - TICK] if line.service else []
    instants += [at for at, _ in (*line.credits, *line.invoice_credits, *line.refunds)]
    rows, before = {}, dict.fromkeys(standing(line, month_of(line.issued_at, zone), method, zone, catches_up), 0)
    for month in months(month_of(min(instants), zone), month_of(max(instants), zone)):
        now = standing(line, month, method, zone, catches_up)
        change = {name: value - before[name] for name, value in now.items()}
        rows[month] = change | {"unbilled_minor": now["unbilled_change_minor"], "deferred_minor": now["deferred_minor"]}
        before = now
    return rows
