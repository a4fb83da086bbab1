"""What the landing protocol needs of a lake; bronze.py keeps it in Delta, the protocol's tests in memory."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from paylake.landing.ledger import Ledger
from paylake.landing.staging import FileTask, Staged
from paylake.providers import Provider


class Lake(Protocol):
    """Where a landing writes: a server's Delta tables, or what stands in for them in tests."""

    ledger: Ledger

    def stage(self, tasks: Sequence[FileTask], cores: int | None) -> dict[str, Staged]:
        """Parse and stage files in the workers; verdicts by file."""

    def ensure_provider(self, provider: Provider) -> None:
        """Create the bronze tables of a provider that are missing."""

    def append(self, provider: Provider, table: str, folder: str, batch: int, size: int) -> None:
        """Add a batch's staged rows of one table in one commit; a second time, or with nothing staged, adds nothing."""

    def tuned(self) -> AbstractContextManager[None]:
        """Settings for large appends."""

    def appended(self, provider: Provider, tables: Sequence[str], batch: int) -> dict[str, int]:
        """Rows of a batch per table."""

    def counts(self, provider: Provider, tables: Sequence[str], batch: int, file_id: str = "") -> dict[str, int]:
        """Rows of a batch, or of one of its files, per table."""
