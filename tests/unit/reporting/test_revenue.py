"""The revenue report's parts: failing means that a reader sees a wrong number, or a number that should not be shown."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest

from paylake.errors import PaylakeError, UsageError
from paylake.reporting import figures, revenue
from paylake.reporting.figures import MRR, MrrMonth, Published, explain
from paylake.reporting.gate import NumberWithheld
from paylake.reporting.money import format_money
from paylake.reporting.parts import figures_hash
from paylake.reporting.restate import restatements
from paylake.settings import Settings

from . import fakes
from .conftest import SEPTEMBER, all_parts


def test_last_complete_month_is_the_default(report: revenue.RevenueReport) -> None:
    assert report.month == SEPTEMBER


def test_headline_holds_every_currency_apart(report: revenue.RevenueReport) -> None:
    part, gold = report.headline(), fakes.mrr_monthly()
    now = gold[(gold.month_date == SEPTEMBER) & (gold.variant == "net")].set_index("currency").closing_minor
    for currency in ("USD", "EUR", "JPY"):
        assert format_money(int(now[currency]), currency) in part.text
    assert part.facts["numbers"].startswith(format_money(int(now["USD"]), "USD")), (
        "the currency with most customers comes first"
    )
    assert "." not in part.text.splitlines()[2].split()[0], "JPY has no decimals"


def test_unfinished_month_is_withheld(settings: Settings) -> None:
    with pytest.raises(NumberWithheld, match="October 2026 is not complete: the data of stripe"):
        revenue.load(None, month="2026-10", settings=settings, query=fakes.query())


def test_bridge_that_does_not_close_is_withheld(settings: Settings) -> None:
    gold = fakes.mrr_monthly()
    gold.loc[(gold.month_date == SEPTEMBER) & (gold.currency == "EUR"), "closing_minor"] += 1
    with pytest.raises(NumberWithheld, match=r"September 2026 leaves €0\.01 unexplained"):
        revenue.load(None, settings=settings, query=fakes.query(mrr=gold))


def test_month_without_figures_is_an_error(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no figures for January 2019"):
        revenue.load(None, month="2019-01", settings=settings, query=fakes.query())


def test_empty_lake_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no data yet"):
        revenue.load(None, settings=settings, query=fakes.query(as_of=fakes.as_of().head(0)))


def test_bridge_table_adds_up_and_skips_empty_movements(report: revenue.RevenueReport) -> None:
    part = report.bridge_table()
    assert "Resumed" in part.text
    assert part.text.count("Paused") == 1, "only the currency that has paused subscriptions lists them"
    assert "gt_table" in part.html
    assert len(part.html) < 12_000


def test_top_changes_stay_within_their_currency(report: revenue.RevenueReport) -> None:
    top = replace(report, top=2).top_changes().figures["top"]
    assert [row[2] for row in top] == ["USD", "USD", "EUR", "EUR", "JPY", "JPY"]
    assert all(abs(a[3]) >= abs(b[3]) for a, b in zip(top[::2], top[1::2], strict=True))


def test_payouts_that_tie_say_so(report: revenue.RevenueReport) -> None:
    part = report.payout_tie()
    assert part.text == "14 of 14 payouts tie to the movements in them; unexplained €0.00, US$0.00."
    assert 'class="ok"' in part.html


def test_payouts_that_do_not_tie_are_listed_with_their_amounts(settings: Settings) -> None:
    part = revenue.load(None, settings=settings, query=fakes.query(payouts=fakes.payouts(untied=12))).payout_tie()
    assert part.text.startswith("2 of 14 payouts tie")
    assert "po_000" in part.text
    assert "and 2 more" in part.text
    assert 'class="warn"' in part.html
    assert part.figures["unexplained"] == {"EUR": 4 * 1_250, "USD": 8 * 1_250}


def test_movements_of_a_payout_that_never_came_do_not_tie(settings: Settings) -> None:
    orphan = fakes.payouts()
    orphan.loc[0, "is_tied"] = False
    part = revenue.load(None, settings=settings, query=fakes.query(payouts=orphan)).payout_tie()
    assert part.figures["untied"] == 1


def test_restated_month_shows_old_and_new(report: revenue.RevenueReport) -> None:
    part, now = report.restatements(), fakes.mrr_monthly()
    july = int(
        now[(now.month_date == date(2026, 7, 1)) & (now.currency == "USD") & (now.variant == "net")].closing_minor.iloc[
            0
        ]
    )
    assert [(r.month, r.old_minor - r.new_minor) for r in report.restated] == [(date(2026, 7, 1), 5_000)]
    assert format_money(july, "USD") in part.text
    assert format_money(july + 5_000, "USD") in part.text


def test_nothing_restated_says_so(settings: Settings) -> None:
    part = revenue.load(
        None, settings=settings, query=fakes.query(published=fakes.published(restated=False))
    ).restatements()
    assert part.text.startswith("Nothing")


def version(month: date, closing: int, start: datetime, end: datetime | None = None) -> Published:
    return Published(month, "USD", closing, start.replace(tzinfo=UTC), end.replace(tzinfo=UTC) if end else None)


def closed(month: date, closing: int) -> MrrMonth:
    return MrrMonth(month, "USD", 0, {"new": closing}, closing, 0, 1)


AUGUST = date(2026, 8, 1)


def test_unfinished_months_that_were_snapshotted_are_not_restatements() -> None:
    versions = [
        version(SEPTEMBER, 40, datetime(2026, 9, 10), datetime(2026, 10, 1)),
        version(SEPTEMBER, 100, datetime(2026, 10, 1)),
    ]
    sent = (datetime(2026, 9, 12, tzinfo=UTC), AUGUST)
    assert restatements(versions, [closed(SEPTEMBER, 100)], sent, SEPTEMBER) == []
    assert restatements(versions, [closed(SEPTEMBER, 100)], None, SEPTEMBER) == []


def test_restatement_is_against_what_was_sent_last() -> None:
    versions = [
        version(AUGUST, 90, datetime(2026, 9, 1), datetime(2026, 9, 5)),
        version(AUGUST, 95, datetime(2026, 9, 5)),
    ]
    now = [closed(AUGUST, 95)]
    assert [
        r.old_minor for r in restatements(versions, now, (datetime(2026, 9, 3, tzinfo=UTC), AUGUST), SEPTEMBER)
    ] == [90]
    assert restatements(versions, now, (datetime(2026, 9, 6, tzinfo=UTC), AUGUST), SEPTEMBER) == []


def test_published_figure_that_vanished_is_restated_to_zero() -> None:
    versions = [version(AUGUST, 90, datetime(2026, 9, 1), datetime(2026, 10, 1))]
    found = restatements(versions, [closed(SEPTEMBER, 5)], (datetime(2026, 9, 3, tzinfo=UTC), AUGUST), SEPTEMBER)
    assert [(r.old_minor, r.new_minor) for r in found] == [(90, 0)]


def test_hash_changes_with_a_figure_and_not_with_the_clock(report: revenue.RevenueReport) -> None:
    before = figures_hash(all_parts(report))
    later = [figures.AsOf("stripe", datetime(2026, 10, 9, tzinfo=UTC))]
    assert figures_hash(all_parts(replace(report, reaches=later, restated=[]))) == before
    moved = [replace(row, customers=row.customers + 1) if row.month == SEPTEMBER else row for row in report.history]
    assert figures_hash(all_parts(replace(report, history=moved))) != before


def test_old_months_in_gold_reach_the_hash(report: revenue.RevenueReport) -> None:
    old = min(row.month for row in report.history)
    moved = [replace(row, closing_minor=row.closing_minor + 1) if row.month == old else row for row in report.history]
    assert figures_hash(all_parts(replace(report, history=moved))) != figures_hash(all_parts(report))


def test_missing_table_says_to_build() -> None:
    error = explain(Exception("[TABLE_OR_VIEW_NOT_FOUND] ... JVM stacktrace: at org.apache"), MRR)
    assert isinstance(error, PaylakeError)
    assert str(error) == "gold_revenue.rpt_mrr_monthly does not exist.\n  -> Run `dbt build`, then the report again."


def test_empty_frames_are_no_figures() -> None:
    empty = pd.DataFrame(columns=fakes.payouts().columns)
    assert figures.payouts(lambda _sql, **_values: empty, SEPTEMBER) == []
