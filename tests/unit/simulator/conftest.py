"""One small merchant for all tests that only read."""

from __future__ import annotations

from pathlib import Path

import pytest

from paylake.simulator import simulate

SEED, CUSTOMERS, DAYS = 3, 80, 240


@pytest.fixture(scope="session")
def merchant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a simulated merchant."""
    return simulate(seed=SEED, customers=CUSTOMERS, days=DAYS, out=tmp_path_factory.mktemp("m") / "merchant").out


@pytest.fixture(scope="session")
def stripe(merchant: Path) -> Path:
    """The merchant's Stripe exports."""
    return merchant / "exports" / "stripe"
