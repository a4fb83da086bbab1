"""Commands that render and send reports."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from paylake.cli.console import app, command, err, out
from paylake.errors import UsageError
from paylake.settings import get_settings

report = typer.Typer(no_args_is_help=True, help="Render and send the reports of notebooks/reports.")
app.add_typer(report, name="report")

Parameters = Annotated[
    list[str] | None,
    typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="A parameter of the report; repeatable."),
]


def _named(parameters: list[str] | None) -> dict[str, str]:
    pairs = [text.partition("=") for text in parameters or []]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise UsageError(f"{wrong[0]!r} is not NAME=VALUE.", "For example: --parameter month=2026-01")
    return {name: value for name, _, value in pairs}


@command("paylake report list", name="list", to=report)
def report_list() -> None:
    """List the reports, their schedules and parameters."""
    from paylake.reporting import list_reports, load_definition

    settings = get_settings()
    table = Table("report", "schedule", "recipients", "parameters", box=None)
    for name in list_reports(settings):
        found = load_definition(name, settings)
        when = f"{found.schedule.cron} {found.schedule.time_zone}"
        table.add_row(name, when, str(len(found.recipients)), ", ".join(found.parameters))
    out.print(table)


@command(
    "paylake report run revenue_monthly\npaylake report run revenue_monthly -p month=2026-01 -p variant=contract",
    name="run",
    to=report,
)
def report_run(name: str, parameter: Parameters = None) -> None:
    """Render a report to a page and a mail, without sending it."""
    from paylake.reporting import run_report

    values = _named(parameter)
    with err.status(f"Rendering {name} ..."):
        done = run_report(name, values, get_settings())
    out.print(f"{done.subject}\n  page      {done.page}\n  notebook  {done.notebook}", markup=False, soft_wrap=True)
    for reason in done.reasons:
        out.print(f"  withheld: {reason}", markup=False, soft_wrap=True)


@command(
    "paylake report send revenue_monthly\n"
    "paylake report send revenue_monthly --force\n"
    "PAYLAKE_MAIL_TRANSPORT=smtp PAYLAKE_SMTP_HOST=mail.example.com paylake report send revenue_monthly",
    name="send",
    to=report,
)
def report_send(
    name: str,
    parameter: Parameters = None,
    force: Annotated[bool, typer.Option(help="Send figures again that were sent before.")] = False,
) -> None:
    """Render a report and mail it to its recipients; the same figures are never mailed twice."""
    from paylake.reporting import send_report

    values = _named(parameter)
    with err.status(f"Rendering and sending {name} ..."):
        result = send_report(name, get_settings(), values, force=force)
    out.print(str(result), markup=False, soft_wrap=True)
    for delivery in result.deliveries:
        where = f"  {delivery.file}" if delivery.file else ""
        out.print(f"  {delivery.state:<12}  {delivery.recipient}{where}", markup=False, soft_wrap=True)
