"""Helpers of the tests of landing and of providers: a file in, the worker's verdict and the staged rows out; no JVM."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from paylake.landing.recognition import HEAD, recognise
from paylake.landing.staging import FileTask, Staged, parse_file
from paylake.providers import PROVIDERS, Provider, Refused


@dataclass
class Result:
    """A worker's verdict, and the rows that it staged per table."""

    verdict: Staged
    rows: dict[str, list[dict[str, Any]]]

    @property
    def state(self) -> str:
        return self.verdict.state

    @property
    def reason(self) -> str:
        return self.verdict.reason


@pytest.fixture
def stage(tmp_path: Path) -> Callable[..., Result]:
    """Stage bytes, or a file that exists, as the protocol would.

    `released` is as after a person let the file in; `providers` are those that are known, in their order.
    """

    def run(
        data: bytes | Path,
        name: str = "export",
        released: bool = False,
        providers: Mapping[str, Provider] = PROVIDERS,
    ) -> Result:
        if isinstance(data, Path):
            path, data = data, data.read_bytes()
        else:
            path = tmp_path / "in" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        file_id = hashlib.sha256(data).hexdigest()
        try:
            kind = recognise(data[:HEAD], providers)
        except Refused as refused:
            return Result(Staged(file_id, "quarantined", reason=str(refused)), {})
        staging = str(tmp_path / "staging")
        task = FileTask(str(path), file_id, 7, 1.5, kind.provider, kind.export, kind.header_version, staging)
        verdict = parse_file(replace(task, is_released=released, mapping=providers[kind.provider].mapping))
        parts = sorted((tmp_path / "staging").glob(f"7/*/*/{file_id}.parquet"))
        return Result(verdict, {part.parent.name: pq.read_table(part).to_pylist() for part in parts})

    return run
