"""A fast lane without Spark: Sail on an empty lake, for what its SQL and its tables are the subject of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from paylake import sail
from paylake.daemon import free_port
from paylake.settings import Settings
from tests.conftest import PROJECT


@pytest.fixture(scope="session")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a running Sail server with an empty lake of its own."""
    settings = Settings(
        project=PROJECT, lake=tmp_path_factory.mktemp("fast") / "lake", fast_port=free_port(), scratch="t"
    )
    sail.up(settings)
    yield settings
    sail.down(settings)
