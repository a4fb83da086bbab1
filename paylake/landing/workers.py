"""Staging in Spark's workers: tasks go out as text, verdicts come back as text, rows never pass through Spark."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from paylake.errors import MachineError
from paylake.landing.cards import told
from paylake.landing.staging import FileTask, Staged, parse_files

MOST_PARTITIONS = 200
MOST_MEMBERS = 250
"""Members of an archive that are read in one pass through it: more passes read more at once, and more in all."""


def _work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for text in batch.column(0).to_pylist():
            try:
                verdicts = parse_files([FileTask(**task) for task in json.loads(text)])
            except Exception as error:  # noqa: BLE001 - Spark would write its words, and so a cell, into logs
                raise RuntimeError(_told(error)) from None
            yield pa.RecordBatch.from_pydict({"verdict": [verdict.to_json() for verdict in verdicts]})


def _told(error: Exception) -> str:
    """An error of ours in words without card digits, and where it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__}: {told(error)} ({frames[-1].filename}, line {frames[-1].lineno})"


def in_passes(tasks: Sequence[FileTask]) -> list[list[FileTask]]:
    """Tasks that are read together, in the order of the first ones: a file alone, members of an archive in one go."""
    passes: list[list[FileTask]] = []
    members: dict[str, list[FileTask]] = {}
    for task in tasks:
        together = members.get(task.opened) if task.member else None
        if together is None or len(together) >= MOST_MEMBERS:
            passes.append(together := [])
            members[task.opened] = together
        together.append(task)
    return passes


def stage(spark: Any, tasks: Sequence[FileTask], cores: int | None) -> dict[str, Staged]:
    """Parse and stage files in the workers; verdicts by file.

    Raises:
        MachineError: a worker could not read or write for a reason that is not the file's.
    """
    if not tasks:
        return {}
    texts = [(f"[{','.join(task.to_json() for task in together)}]",) for together in in_passes(tasks)]
    slots = min(len(texts), (cores or os.cpu_count() or 2) * 2, MOST_PARTITIONS)
    frame = spark.createDataFrame(texts, "tasks string").repartition(slots)
    rows = frame.mapInArrow(_work, "verdict string").collect()
    verdicts = [Staged(**json.loads(row["verdict"])) for row in rows]
    for verdict in verdicts:
        if verdict.state == "broken":
            raise MachineError(
                f"Staging stopped: {verdict.reason}. Nothing of this batch is in bronze.",
                "Free disk space or mend the permission, then run `paylake land` again: it goes on where it stopped.",
            )
    return {verdict.file_id: verdict for verdict in verdicts}
