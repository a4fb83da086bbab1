"""The `paylake` command: parses, forwards, prints; the work happens in modules that a notebook can call too."""

from paylake.cli import calendar, lake, quarantine, report, server, trace, watch
from paylake.cli.console import app

__all__ = ["app", "calendar", "lake", "quarantine", "report", "server", "trace", "watch"]
