"""The kernel without a server: failing means that a data scientist sees a traceback, or an outsider a secret."""

import json
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

from paylake import kernel, lab
from paylake.errors import PaylakeError, ServerNotRunning, UsageError
from paylake.kernel import binding, frames, magic, privacy, spec
from paylake.settings import Settings, get_settings


@given(st.text())
def test_texts_cannot_leave_their_literal(text: str) -> None:
    made = binding.literal(text)
    assert made[0] == made[-1] == "'"
    inner = made[1:-1].replace("\\\\", "")
    assert inner.count("'") == inner.count("\\'")
    assert not inner.removesuffix("\\'").endswith("\\")


@pytest.mark.parametrize(
    ("value", "sql"),
    [
        (5, "5"),
        (True, "true"),
        (None, "null"),
        (Decimal("1.50"), "cast('1.50' as decimal(38, 2))"),
        (date(2026, 9, 1), "date '2026-09-01'"),
        (datetime(2026, 9, 1, 7, tzinfo=UTC), "timestamp '2026-09-01 07:00:00.000000'"),
        (["a", 1], "('a', 1)"),
        ("it's \\", "'it\\'s \\\\'"),
    ],
)
def test_values_are_literals(value: Any, sql: str) -> None:
    assert binding.literal(value) == sql


@pytest.mark.parametrize("value", [object(), [], {"a": 1}])
def test_other_values_are_refused(value: Any) -> None:
    with pytest.raises(UsageError, match="cannot be a value in SQL"):
        binding.literal(value)


def test_names_in_quotes_and_comments_stay() -> None:
    sql = "select ':a', `:a`, x::int, :a -- :a\n/* :a */ from t where b = :b"
    assert binding.bind(sql, {"a": 1, "b": "x"}) == "select ':a', `:a`, x::int, 1 -- :a\n/* :a */ from t where b = 'x'"


def test_unknown_name_is_one_sentence() -> None:
    with pytest.raises(UsageError, match="no variable month for :month"):
        binding.bind("select :month", {})


class Frame:
    """A stand-in for a Spark frame."""

    __module__ = "pyspark.sql.connect.dataframe"

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self.rows, self.columns, self.dtypes = rows, ["who", "amount"], [("who", "string"), ("amount", "bigint")]

    def limit(self, number: int) -> "Frame":
        return Frame(self.rows[:number])

    def collect(self) -> list[tuple[Any, ...]]:
        return self.rows


Frame.__name__ = Frame.__qualname__ = "DataFrame"


class Session:
    """A stand-in for `spark` that keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def sql(self, statement: str) -> Frame:
        self.asked.append(statement)
        return Frame([("a", 1)])


def test_frames_show_their_first_rows_and_say_so() -> None:
    html, text = frames.show(Frame([(f"c{n}", n) for n in range(30)]), rows=20)
    assert html.count("<tr>") == 21
    assert "The first 20 rows" in text
    assert '<td style="text-align:right">3</td>' in html


def test_frames_show_no_address_and_no_markup() -> None:
    html, text = frames.show(Frame([("jane.doe@example.com", None), ("<script>", 1)]))
    assert "jane" not in html + text
    assert "<script>" not in html
    assert "2 rows." in text


def test_magic_runs_keeps_and_binds() -> None:
    variables = {"spark": Session(), "month": "2026-09"}
    magic.sql("-o kept -n 5", "select * from t where m = :month;", variables)
    assert variables["spark"].asked == ["select * from t where m = '2026-09'"]  # type: ignore[attr-defined]
    assert frames.is_frame(variables["kept"])
    assert frames.is_frame(magic.sql("select 1", None, variables))


@pytest.mark.parametrize(
    ("line", "cell", "said"),
    [
        ("", " ", "no statement"),
        ("-x", "select 1", "unrecognized"),
        ("-o 1a", "select 1", "no name"),
        ("-n x", "select 1", "invalid int"),
    ],
)
def test_magic_explains_its_use(line: str, cell: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        magic.sql(line, cell, {"spark": Session()})


def test_outputs_hold_no_secret() -> None:
    text = (
        "sc://localhost:1/;token=abc123 jane@example.com 4111 1111 1111 1111\nJVM stacktrace:\nat org.x.Y.z(A.scala:1)"
    )
    told = privacy.scrub(text)
    assert not any(secret in told for secret in ("abc123", "jane", "4111", "org.x"))
    assert privacy.scrub_display("123456789012345678") == "123456789012345678", "numbers that a reader asked for stay"
    assert privacy.scrub("paylake.kernel @property a@b") == "paylake.kernel @property a@b"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    made = InteractiveShell()
    kernel.load_ipython_extension(made)
    return made


def test_stopped_server_is_a_sentence(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def stopped(_settings: Settings) -> None:
        raise ServerNotRunning("The Spark server is not running (sc://localhost:1/).", "Start it with `paylake up`.")

    monkeypatch.setattr("paylake.session.get_session", stopped)
    result = shell.run_cell("x = 1\nspark.sql('select 1')")
    shown = "".join(capfd.readouterr())
    assert isinstance(result.error_in_exec, ServerNotRunning)
    assert "Start it with `paylake up`." in shown
    assert "line 2 of this cell" in shown
    assert "Traceback" not in shown


def test_an_error_names_the_engine_that_it_came_from(
    shell: InteractiveShell, capfd: pytest.CaptureFixture[str]
) -> None:
    kernel.choose_engine(shell, "sail")
    shell.run_cell("from pyspark.errors import PySparkException\nraise PySparkException('no such table')")
    assert "paylake logs --engine sail" in "".join(capfd.readouterr())


def test_session_is_made_at_first_use_and_kept(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session()
    monkeypatch.setattr("paylake.session.get_session", lambda _settings: session)
    shell.run_cell("a = 1")
    assert isinstance(shell.user_ns["spark"], kernel.LazySession)
    shell.run_cell("b = spark")
    assert shell.user_ns["b"] is session


def test_lost_server_is_connected_anew_at_the_next_use(
    shell: InteractiveShell, capfd: pytest.CaptureFixture[str]
) -> None:
    shell.user_ns["spark"] = Session()
    shell.user_ns["lost"] = ServerNotRunning("gone", "Start it with `paylake up`.")
    shell.run_cell("raise lost")
    assert isinstance(shell.user_ns["spark"], kernel.LazySession)


def test_engine_is_said_and_chosen(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("paylake.session.get_session", lambda _settings: "the lake")
    monkeypatch.setattr("paylake.sail.get_session", lambda _settings: "drafts")
    shell.run_cell("%engine\na = spark")
    assert (shell.user_ns["a"], capsys.readouterr().out) == ("the lake", "Spark, the lake itself\n")
    shell.run_cell("%engine sail\nb = spark")
    shell.run_cell("b = spark")
    assert shell.user_ns["b"] == "drafts"
    assert "Sail, the fast lane: its tables are drafts" in capsys.readouterr().out
    assert isinstance(shell.run_cell("%engine duck").error_in_exec, UsageError)


def test_engine_setting_is_what_spark_is_at_first(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAYLAKE_ENGINE", "sail")
    get_settings.cache_clear()
    monkeypatch.setattr("paylake.sail.get_session", lambda _settings: "drafts")
    shell.run_cell("a = spark")
    get_settings.cache_clear()
    assert shell.user_ns["a"] == "drafts"
    assert "scratch warehouse" in capsys.readouterr().out


def test_kernel_is_written_once_with_this_python(tmp_path: Path) -> None:
    path = spec.install_kernelspec(tmp_path)
    before = path.stat().st_mtime_ns
    assert spec.install_kernelspec(tmp_path).stat().st_mtime_ns == before
    written = json.loads(path.read_text())
    assert written["argv"][0] == sys.executable
    assert "--ext=paylake.kernel" in written["argv"]
    assert written["display_name"] == "Paylake (Spark)"


def test_lab_is_on_loopback_with_its_token_out_of_sight(tmp_path: Path) -> None:
    settings = Settings(project=tmp_path, lake=Path("lake"))
    command, environment = lab.lab_command(settings, 8890, False), lab.lab_environment(settings)
    assert {"--ServerApp.ip=127.0.0.1", "--ServerApp.port=8890", "--no-browser"} <= set(command)
    assert len(environment["JUPYTER_TOKEN"]) >= 32
    assert environment["JUPYTER_TOKEN"] not in " ".join(command)
    assert environment["PAYLAKE_LAKE"] == str(tmp_path / "lake")


def test_lab_that_ends_badly_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "install_kernelspec", lambda: None)
    monkeypatch.setattr(lab, "lab_command", lambda *_: [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(PaylakeError, match="code 3"):
        lab.run_lab(Settings(project=tmp_path, lake=Path("lake")))
