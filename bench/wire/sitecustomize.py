"""Counts the statements that a Python process sends over Spark Connect, ours and a peer's alike.

Python imports this module by itself where its folder is on PYTHONPATH. One byte a statement goes to a file, which is
whole however the process ends.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

SENDERS = ("_execute", "_execute_and_fetch_as_iterator")
"""The client's two ways to send an ExecutePlan request, which is a statement; nothing else of it sends one."""


def count_into(path: str) -> None:
    """Count from now on, in every session of this process."""
    from pyspark.sql.connect.client.core import SparkConnectClient

    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def counting(send: Callable[..., Any]) -> Callable[..., Any]:
        def sending(*arguments: Any, **options: Any) -> Any:
            os.write(file, b".")
            return send(*arguments, **options)

        return sending

    for name in SENDERS:
        setattr(SparkConnectClient, name, counting(getattr(SparkConnectClient, name)))


if chosen := os.environ.get("PAYLAKE_BENCH_STATEMENTS"):
    count_into(chosen)
