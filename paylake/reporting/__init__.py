"""Reports: notebooks that become a page and a mail, and functions that their cells call."""

from __future__ import annotations

from paylake.reporting.definition import Definition, list_reports, load_definition
from paylake.reporting.gate import NumberWithheld
from paylake.reporting.parts import Part
from paylake.reporting.record import ReportRun, last_run
from paylake.reporting.run import run_report
from paylake.reporting.send import Delivery, SendResult, send_report

__all__ = [
    "Definition",
    "Delivery",
    "NumberWithheld",
    "Part",
    "ReportRun",
    "SendResult",
    "last_run",
    "list_reports",
    "load_definition",
    "run_report",
    "send_report",
]
