"""Details of the revenue report: exact tables for readers who want to know more than the charts tell."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

from babel.numbers import get_currency_name

from paylake.reporting.figures import Change, MrrMonth, Payout
from paylake.reporting.money import NBSP, count, format_money, month_name, previous_month
from paylake.reporting.parts import Part
from paylake.reporting.restate import Restatement
from paylake.reporting.tables import as_text, render


def currency_name(currency: str) -> str:
    """`Euro (EUR)`; the code alone where no name is known."""
    name = get_currency_name(currency, locale="en")
    return currency if name == currency else f"{name} ({currency})".replace(" ", NBSP)


def short_month(month: date) -> str:
    """`September`."""
    return f"{month:%B}"


def bridge_table(now: list[MrrMonth]) -> Part:
    """The same bridge, exactly."""
    rows: list[dict[str, str]] = []
    for row in now:
        group = currency_name(row.currency)
        rows.append(
            {
                "currency": group,
                "step": f"Opening, {short_month(previous_month(row.month))}",
                "amount": format_money(row.opening_minor, row.currency),
            }
        )
        rows += [
            {"currency": group, "step": kind.capitalize(), "amount": format_money(amount, row.currency, sign=True)}
            for kind, amount in row.movements.items()
            if amount
        ]
        rows.append(
            {
                "currency": group,
                "step": f"Closing, {short_month(row.month)}",
                "amount": format_money(row.closing_minor, row.currency),
                "strong": "yes",
            }
        )
        if row.at_risk_minor:
            rows.append(
                {
                    "currency": group,
                    "step": "of which at risk (past due)",
                    "amount": format_money(row.at_risk_minor, row.currency),
                }
            )
    return Part(
        name="bridge_table",
        title="The bridge, exactly",
        text=as_text(rows, ["step", "amount"], "currency"),
        html=render(rows, {"step": "", "amount": "MRR"}, "currency", right=("amount",)),
        figures={row.currency: {**row.movements, "at_risk": row.at_risk_minor} for row in now},
    )


def top_changes(now: list[MrrMonth], changes: list[Change], top: int) -> Part:
    """The largest movements of customers, by currency."""
    rows: list[dict[str, str]] = []
    shown: list[list[Any]] = []
    for current in now:
        largest = [change for change in changes if change.currency == current.currency][:top]
        shown += [[c.customer_key, c.kind, c.currency, c.amount_minor] for c in largest]
        rows += [
            {
                "currency": currency_name(c.currency),
                "customer": c.customer_key.rpartition(":")[2][:18],
                "kind": c.kind.capitalize(),
                "amount": format_money(c.amount_minor, c.currency, sign=True),
            }
            for c in largest
        ]
    title = "Who moved it most"
    if not rows:
        return Part("top_changes", title, "No customer moved.", html="<p>No customer moved.</p>", figures={"top": []})
    columns = {"customer": "Customer", "kind": "Movement", "amount": "MRR"}
    return Part(
        "top_changes",
        title,
        as_text(rows, ["customer", "kind", "amount"], "currency"),
        render(rows, columns, "currency", right=("amount",)),
        figures={"top": shown},
    )


def payout_tie(payouts: list[Payout], month: date) -> Part:
    """Whether the month's payouts equal the movements in them."""
    untied = [payout for payout in payouts if not payout.is_tied]
    sums = dict.fromkeys(sorted({payout.currency for payout in payouts}), 0)
    for payout in payouts:
        sums[payout.currency] += abs(payout.unexplained_minor)
    unexplained = ", ".join(
        format_money(amount, currency) for currency, amount in sums.items() if amount or not any(sums.values())
    )
    if not payouts:
        line = f"No payout arrived in {month_name(month)}."
    else:
        tied = len(payouts) - len(untied)
        line = f"{tied:,} of {count(len(payouts), 'payout')} tie to the movements in them; unexplained {unexplained}."
    html, text = f'<p class="{"warn" if untied else "ok"}">{escape(line)}</p>', line
    if untied:
        listed = [
            {
                "provider": p.provider,
                "payout": p.payout_id,
                "amount": format_money(p.unexplained_minor, p.currency, sign=True),
            }
            for p in untied[:10]
        ]
        rest = (
            f"and {len(untied) - 10} more, in gold_payment_health.rpt_payout_reconciliation" if len(untied) > 10 else ""
        )
        html += render(listed, {"provider": "Provider", "payout": "Payout", "amount": "Unexplained"}, right=("amount",))
        html += f'<p class="muted">{rest}</p>' if rest else ""
        text += "\n" + as_text(listed, ["provider", "payout", "amount"]) + (f"\n{rest}" if rest else "")
    return Part(
        "payout_tie",
        "Do the payouts tie?",
        text,
        html,
        {"payouts": len(payouts), "untied": len(untied), "unexplained": sums},
    )


def restatements(restated: list[Restatement], months: list[MrrMonth]) -> Part:
    """Months whose published number is another one now.

    Its figures are the whole history, not the differences: what was sent last must not change whether to send.
    """
    title = "What changed in figures already published"
    history = [[f"{row.month}", row.currency, row.closing_minor] for row in months]
    if not restated:
        line = "Nothing: every month published before still has its number."
        return Part("restatements", title, line, f"<p>{line}</p>", {"history": history})
    rows = [
        {
            "currency": currency_name(row.currency),
            "month": month_name(row.month),
            "old": format_money(row.old_minor, row.currency),
            "new": format_money(row.new_minor, row.currency),
        }
        for row in sorted(restated, key=lambda row: (row.currency, row.month))
    ]
    columns = {"month": "Month", "old": "Published", "new": "Now"}
    return Part(
        "restatements",
        title,
        as_text(rows, list(columns), "currency"),
        render(rows, columns, "currency", right=("old", "new")),
        {"history": history},
    )
