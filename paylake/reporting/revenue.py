"""The monthly revenue report: `load` the figures, then one method a cell, each of which returns a part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from paylake.errors import UsageError
from paylake.reporting import charts, details, figures, gate, ledger
from paylake.reporting.figures import AsOf, Change, MrrMonth, Payout, Query
from paylake.reporting.money import count, format_change, format_money, month_name, previous_month
from paylake.reporting.parts import Part
from paylake.reporting.restate import Restatement, restatements
from paylake.settings import Settings, get_settings

NAME = "revenue_monthly"
CHARTED = 4
MONTHS = 13
VARIANTS = {
    "contract": "Contract MRR: before discounts",
    "net": "Net MRR: after discounts that last",
    "strict": "Strict MRR: after every discount",
}


@dataclass(frozen=True)
class RevenueReport:
    """One month's figures; every method renders a part of them."""

    month: date
    variant: str
    history: list[MrrMonth]
    changes: list[Change]
    payouts: list[Payout]
    restated: list[Restatement]
    reaches: list[AsOf]
    top: int = 5

    @property
    def now(self) -> list[MrrMonth]:
        """The month's bridges, the currency with most customers first; amounts of two currencies do not compare."""
        return sorted(
            (row for row in self.history if row.month == self.month), key=lambda row: (-row.customers, row.currency)
        )

    def headline(self) -> Part:
        """The number of every currency, and its change since the month before."""
        rows, texts, shorts = [], [], []
        for row in self.now:
            amount = format_money(row.closing_minor, row.currency)
            change = format_change(row.opening_minor, row.closing_minor)
            customers = count(row.customers, "customer")
            moved = row.closing_minor - row.opening_minor
            tone = "gain" if moved > 0 else "loss" if moved < 0 else "flat"
            difference = format_money(moved, row.currency, sign=True)
            rows.append(
                f'<tr><td><span class="amount">{escape(amount)}</span><br><span class="detail">{customers}</span></td>'
                f'<td class="change"><span class="{tone}">{change}</span><br>'
                f'<span class="detail">{escape(difference)}</span></td></tr>'
            )
            texts.append(f"{amount}  {change} ({difference}), {customers}")
            shorts.append(f"{amount} ({change})")
        before = month_name(previous_month(self.month))
        numbers = ", ".join(shorts[:3]) + (f" and {len(shorts) - 3} more" if len(shorts) > 3 else "")
        return Part(
            name="headline",
            title="",
            text="\n".join(texts),
            html=f'<table class="numbers" role="presentation">{"".join(rows)}</table>',
            figures={row.currency: [row.opening_minor, row.closing_minor, row.customers] for row in self.now},
            facts={
                "numbers": numbers,
                "month_name": month_name(self.month),
                "month": f"{self.month:%Y-%m}",
                "standfirst": f"{VARIANTS[self.variant]}, compared with {before}. Currencies are never added.",
            },
        )

    def trend(self) -> Part:
        """Thirteen months of closing MRR."""
        panels, texts = [], []
        for row in self.now[:CHARTED]:
            points: list[dict[str, Any]] = [
                {"month": old.month, "amount": old.closing_minor}
                for old in self.history
                if old.currency == row.currency
            ][-MONTHS:]
            name = details.currency_name(row.currency)
            panels.append(charts.trend(points, row.currency, name))
            first, now = (format_money(points[end]["amount"], row.currency) for end in (0, -1))
            texts.append(f"{name}: {first} in {month_name(points[0]['month'])}, now {now}.")
        return Part(
            "trend",
            "Month by month",
            "\n".join(texts),
            png=charts.to_png(charts.stack(panels)),
            width=charts.WIDTH,
        )

    def bridge(self) -> Part:
        """From last month's number to this one, as a chart."""
        panels, texts = [], []
        labels = (details.short_month(previous_month(self.month)), details.short_month(self.month))
        for row in self.now[:CHARTED]:
            panels.append(
                charts.bridge(
                    charts.bridge_rows(row.opening_minor, row.movements, row.closing_minor, labels),
                    row.currency,
                    details.currency_name(row.currency),
                )
            )
            moves = [
                f"{kind} {format_money(amount, row.currency, sign=True)}"
                for kind, amount in row.movements.items()
                if amount
            ]
            texts.append(f"{details.currency_name(row.currency)}: {', '.join(moves) or 'no movement'}.")
        return Part(
            "bridge", "Why it changed", "\n".join(texts), png=charts.to_png(charts.stack(panels)), width=charts.WIDTH
        )

    def bridge_table(self) -> Part:
        """The same bridge, exactly."""
        return details.bridge_table(self.now)

    def top_changes(self) -> Part:
        """The largest movements of customers, by currency."""
        return details.top_changes(self.now, self.changes, self.top)

    def payout_tie(self) -> Part:
        """Whether the month's payouts equal the movements in them."""
        return details.payout_tie(self.payouts, self.month)

    def restatements(self) -> Part:
        """Months whose published number is another one now."""
        return details.restatements(self.restated, self.history)

    def as_of(self) -> Part:
        """Until when the data reaches; it changes without any figure changing, so it is no figure."""
        oldest = self.reaches[0].at
        line = f"Data as of {oldest:%Y-%m-%d %H:%M} UTC ({', '.join(row.provider for row in self.reaches)})."
        return Part(
            "as_of", "", line, f'<p class="muted">{escape(line)}</p>', facts={"as_of": f"{oldest:%Y-%m-%d %H:%M} UTC"}
        )


def load(
    spark: Any,
    month: str = "last",
    variant: str = "net",
    today: str = "clock",
    top: int = 5,
    settings: Settings | None = None,
    query: Query | None = None,
) -> RevenueReport:
    """The figures of one month, after checking that they may be shown.

    Args:
        spark: a session of the shared server.
        month: `YYYY-MM`, or `last` for the last complete month of the data.
        variant: contract, net or strict.
        today: accepted for the runner, which checks freshness with it.
        top: how many customers the drill-down lists for each currency.
        settings: the process's unless given.
        query: instead of `spark`, for tests.

    Raises:
        NumberWithheld: the month is not complete, or a bridge does not close.
        UsageError: there are no figures for the month.
    """
    settings, ask = settings or get_settings(), query or figures.spark_query(spark)
    reaches = figures.as_of(ask)
    if not reaches:
        raise UsageError("The lake holds no data yet.", "Land exports with `paylake land`, then run `dbt build`.")
    wanted = gate.resolve_month(month, reaches, settings)
    if unfinished := gate.partial(wanted, reaches, settings):
        raise gate.NumberWithheld(unfinished[0].text, "Choose a month that is over, or wait for the data.")
    history = figures.mrr_months(ask, variant, wanted)
    current = [row for row in history if row.month == wanted]
    if not current:
        raise UsageError(f"There are no figures for {month_name(wanted)}.", "Choose a month that the data covers.")
    for row in history:
        if row.unexplained_minor:
            amount = format_money(row.unexplained_minor, row.currency)
            raise gate.NumberWithheld(
                f"The bridge of {month_name(row.month)} leaves {amount} unexplained.",
                "Run `dbt build` and see its tests.",
            )
    versions = figures.published(ask, variant, wanted)
    restated = restatements(versions, history, ledger.last_sent(NAME, variant, settings), wanted)
    return RevenueReport(
        wanted,
        variant,
        history,
        figures.changes(ask, variant, wanted),
        figures.payouts(ask, wanted),
        restated,
        reaches,
        top,
    )
