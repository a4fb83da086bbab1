"""Reports and notebooks on a real lake: failing means that what is committed does not run for its readers."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from paylake.errors import PaylakeError
from paylake.reporting import run_report, send_report
from paylake.reporting.definition import load_definition
from paylake.reporting.execute import kernel_environment
from paylake.reporting.money import format_money
from paylake.reporting.record import ReportRun

NAME = "revenue_monthly"
DEMO = {"today": "data"}


@pytest.fixture(scope="module", autouse=True)
def checked(lakes: Any) -> None:
    """Test the tables that the report reads: the standard lake is built without tests."""
    lake = lakes.built()
    definition = load_definition(NAME, lake.settings)
    lake.run_dbt("test", "--exclude-resource-type", "unit_test", "--select", *definition.tested_models)


@pytest.fixture(scope="module")
def run(lakes: Any) -> ReportRun:
    return run_report(NAME, DEMO, lakes.built().settings)


def test_report_shows_the_number_that_gold_holds(built_lake: Any, run: ReportRun) -> None:
    assert run.state == "ready", run.reasons
    month = f"{run.parameters['month']}-01"
    gold = built_lake.query(
        "select currency, closing_minor, is_complete from gold_revenue.rpt_mrr_monthly"
        f" where variant = 'net' and month_date = date '{month}'"
    )
    assert gold
    for row in gold:
        assert row["is_complete"]
        number = format_money(row["closing_minor"], row["currency"]).replace("\N{NO-BREAK SPACE}", " ")
        assert number in run.mail().text
    assert run.page.is_file()
    assert "Traceback" not in run.page.read_text()


def test_mail_is_sent_once(built_lake: Any, run: ReportRun) -> None:
    send_report(run, built_lake.settings)
    again = run_report(NAME, DEMO, built_lake.settings)
    assert again.figures == run.figures, "the same lake gives the same figures"
    assert send_report(again, built_lake.settings).state == "already sent"
    assert len(list((built_lake.settings.lake_path / "outbox").glob("*.eml"))) == 1


def test_executed_notebook_holds_no_secret(built_lake: Any, run: ReportRun) -> None:
    text = run.notebook.read_text()
    token = built_lake.settings.remote.split("token=")[-1]
    assert token not in text
    assert not re.search(r"[\w.]+@[\w-]+\.(?:com|org|net)", text)
    assert "stacktrace" not in text.lower()


def test_old_data_is_withheld_by_default(built_lake: Any) -> None:
    found = run_report(NAME, {}, built_lake.settings)
    assert found.state == "notice"
    assert "reaches only" in found.reasons[0]


def test_failed_test_withholds(built_lake: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(
        built_lake.settings.lake_path / "target", tmp_path / "target", ignore=shutil.ignore_patterns("compiled", "run")
    )
    path = tmp_path / "target" / "run_results.json"
    results = json.loads(path.read_text())
    row = next(
        row for row in results["results"] if "grain" in row["unique_id"] and "rpt_mrr_monthly" in row["unique_id"]
    )
    row["status"] = "fail"
    path.write_text(json.dumps(results))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    found = run_report(NAME, DEMO, built_lake.settings)
    assert found.state == "notice"
    assert "did not pass in the last build" in found.reasons[0]


def test_failing_cell_is_named(built_lake: Any, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "notebooks" / "reports").mkdir(parents=True)
    source = built_lake.settings.project
    shutil.copy(source / "dbt_project.yml", project)
    shutil.copy(source / "notebooks" / "reports" / f"{NAME}.yml", project / "notebooks" / "reports")
    notebook = json.loads((source / "notebooks" / "reports" / f"{NAME}.ipynb").read_text())
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    cells[1]["source"] = ["print('jane@example.com')\n", "spark.sql('select nothing from nowhere')"]
    (project / "notebooks" / "reports" / f"{NAME}.ipynb").write_text(json.dumps(notebook))
    settings = built_lake.settings.model_copy(update={"project": project})
    with pytest.raises(
        PaylakeError, match=r"(?s)Cell 2 of revenue_monthly failed: .*nowhere.*failed-.*notebook\.ipynb"
    ) as caught:
        run_report(NAME, DEMO, settings)
    assert "stacktrace" not in str(caught.value).lower()
    (executed,) = (settings.lake_path / "reports" / NAME).glob("failed-*/notebook.ipynb")
    assert "jane@" not in "".join(line for line in executed.read_text().splitlines() if "print" not in line)
    assert "org.apache.spark" not in executed.read_text()


def test_start_here_runs_from_top_to_bottom(built_lake: Any, tmp_path: Path) -> None:
    import papermill

    from paylake.kernel.spec import KERNEL, install_kernelspec

    install_kernelspec()
    path = built_lake.settings.project / "notebooks" / "explore" / "start_here.ipynb"
    with kernel_environment(built_lake.settings):
        done = papermill.execute_notebook(
            path, tmp_path / "done.ipynb", kernel_name=KERNEL, progress_bar=False, cwd=path.parent
        )
    silent = [cell.source for cell in done.cells if cell.cell_type == "code" and not cell.outputs]
    assert silent == ['variant = "net"'], "every other cell shows something"
