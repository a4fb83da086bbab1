"""Landing: exports into bronze, exactly once, every cell accounted for; docs/reference/landing.md has the protocol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from paylake.landing.connection import open_lake
from paylake.landing.decisions import discard, find_cases, list_cases, release
from paylake.landing.lock import landing_lock
from paylake.landing.protocol import Landing, nothing
from paylake.landing.verdicts import FileVerdict, LandingSummary
from paylake.settings import Settings

__all__ = ["FileVerdict", "LandingSummary", "discard", "find_cases", "land", "list_cases", "release"]


def land(
    paths: Sequence[str] | None,
    settings: Settings,
    *,
    spark: Any = None,
    on_file: Callable[[FileVerdict], None] | None = None,
    progress: Callable[[str], None] | None = None,
) -> LandingSummary:
    """Land exports into bronze; whatever an earlier run left unfinished is finished first.

    Args:
        paths: files, folders or fsspec URLs; None means the landing folder of the settings.
        settings: the lake.
        spark: a session to use; default a new one on the configured server.
        on_file: told of each file's verdict.
        progress: told in words what is going on.

    Raises:
        UsageError: a path does not exist.
        LakeBusy: another landing is at work.
        ServerNotRunning: no server answers, or it went away.
        MachineError: no space, no permission.
    """
    if not paths:
        paths = [settings.landing_url]
        if settings.landing is None:
            (settings.lake_path / "landing").mkdir(parents=True, exist_ok=True)
    with landing_lock(settings.lake_path, settings.lock_timeout_seconds), open_lake(settings, spark) as lake:
        return Landing(settings, lake, paths, on_file=on_file or nothing, progress=progress or nothing).run()
