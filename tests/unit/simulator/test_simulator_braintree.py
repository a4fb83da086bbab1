"""The simulated Braintree: a failing test means that its files are not as Braintree writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from paylake.simulator import simulate


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("braintree") / "merchant"
    simulate(seed=3, customers=40, start=date(2025, 1, 1), days=160, providers=("braintree",), out=out)
    return out / "exports" / "braintree"


def test_every_file_lands_in_its_tables_without_a_notice(exports: Path, stage: Callable[..., Any]) -> None:
    rows: Counter[str] = Counter()
    layouts = set()
    for path in sorted(path for path in exports.rglob("*") if path.is_file()):
        result = stage(path)
        assert (result.state, result.reason, result.verdict.notices) == ("verified", "", []), path.name
        rows += Counter({table: len(found) for table, found in result.rows.items()})
        if path.suffix == ".csv":
            layouts.add(path.read_text().partition("\n")[0])
    assert set(rows) >= {
        "transaction_fees", "transactions", "disputes", "subscriptions", "customers", "plans", "graphql_transactions",
        "graphql_refunds", "graphql_disputes",
    }  # fmt: skip
    assert sorted(header.count(",") + 1 for header in layouts) == [28, 29, 31, 32]
    assert min(rows.values()) > 0
