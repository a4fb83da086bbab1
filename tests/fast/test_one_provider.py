"""A merchant who has one provider, and that is not Stripe: the whole project builds, with nothing of the others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from paylake import sail
from paylake.simulator import simulate
from tests.fast.conftest import built_on_the_fast_lane


def test_the_project_builds_and_is_tested_for_a_merchant_of_one_provider(tmp_path: Path) -> None:
    simulate(seed=3, customers=5, start=date(2025, 1, 1), days=60, providers=("affirm",), out=tmp_path)
    with built_on_the_fast_lane(tmp_path / "exports", tmp_path / "lake") as settings:
        session = sail.get_session(settings)
        steps = {row.tableName for row in session.sql("show tables in silver_providers").collect()}
        (paid,) = session.sql("select count(*) as n from gold_payment_health.rpt_payout_reconciliation").collect()
    assert not any("stripe" in step for step in steps)
    assert paid.n > 0
