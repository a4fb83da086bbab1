"""IPython extension of the Paylake kernel: `spark`, `display` and `%%sql` are there, and failures are sentences."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from paylake.errors import PaylakeError, UsageError
from paylake.kernel.frames import display, is_frame, show
from paylake.kernel.magic import sql
from paylake.kernel.privacy import scrub, scrub_display

__all__ = ["LazySession", "load_ipython_extension"]


ENGINES = {
    "spark": "Spark, the lake itself",
    "sail": "Sail, the fast lane: its tables are drafts, the lake's are Spark's",
}


class LazySession:
    """Stands for `spark` until it is first used, so that a notebook opens even when the server is not running."""

    def __init__(self, shell: Any, engine: str | None = None) -> None:
        self._shell = shell
        self._engine = engine

    def _connect(self) -> Any:
        from paylake import sail, session
        from paylake.settings import get_settings

        settings = get_settings()
        chosen = sail if self._engine_name() == "sail" else session
        connected = chosen.get_session(settings)
        self._shell.user_ns["spark"] = connected
        if chosen is sail:
            print(f"{ENGINES['sail']} (scratch warehouse {settings.scratch_path.name}).")  # noqa: T201 - to the cell
        return connected

    def _engine_name(self) -> str:
        from paylake.settings import get_settings

        return self._engine or get_settings().engine

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._connect(), name)

    def __repr__(self) -> str:
        return f"<spark: connects to {ENGINES[self._engine_name()].split(',')[0]} when it is first used>"


def choose_engine(shell: Any, name: str) -> str:
    """Which engine `spark` is; with a name, make it that one from its next use on.

    Raises:
        UsageError: there is no such engine.
    """
    if name and name not in ENGINES:
        raise UsageError(f"%engine: there is no engine {name!r}.", f"Use one of: {', '.join(ENGINES)}.")
    if name:
        shell.user_ns["spark"] = LazySession(shell, name)
    return ENGINES[_engine_of(shell)]


def _engine_of(shell: Any) -> str:
    from paylake import sail
    from paylake.settings import get_settings

    current = shell.user_ns.get("spark")
    if isinstance(current, LazySession):
        return current._engine_name()
    return "sail" if getattr(current, "session_id", None) == sail.session_id(get_settings()) else "spark"


def load_ipython_extension(shell: Any) -> None:
    """Prepare a shell; called by IPython for `--ext=paylake.kernel` or `%load_ext paylake.kernel`."""
    from paylake.logs import configure

    configure("warning")
    shell.user_ns.update(spark=LazySession(shell), display=display)
    shell.register_magic_function(lambda line, cell=None: sql(line, cell, shell.user_ns), "line_cell", "sql")
    shell.register_magic_function(lambda line: print(choose_engine(shell, line.strip())), "line", "engine")  # noqa: T201
    _teach_formatters(shell)
    _guard_outputs(shell)
    shell.set_custom_exc(_expected(), _explain)
    shell.events.register("pre_run_cell", lambda info: _connect_early(shell, getattr(info, "raw_cell", "") or ""))


def _connect_early(shell: Any, source: str) -> None:
    """Turn `spark` into the real session before a cell that names it; a failure is told by the cell itself."""
    session = shell.user_ns.get("spark")
    if isinstance(session, LazySession) and "spark" in source:
        try:
            session._connect()
        except PaylakeError:
            return


def _teach_formatters(shell: Any) -> None:
    for module in ("pyspark.sql.connect.dataframe", "pyspark.sql.classic.dataframe"):
        for mime, index in (("text/html", 0), ("text/plain", 1)):
            formatter = shell.display_formatter.formatters[mime]
            if index:
                formatter.for_type_by_name(
                    module, "DataFrame", lambda frame, printer, cycle: printer.text(repr_frame(frame))
                )
            else:
                formatter.for_type_by_name(module, "DataFrame", lambda frame: show(frame)[0])


def repr_frame(frame: Any) -> str:
    """A frame in one line, without running it."""
    return (
        f"DataFrame[{', '.join(f'{name}: {kind}' for name, kind in frame.dtypes)}]" if is_frame(frame) else repr(frame)
    )


def _guard_outputs(shell: Any) -> None:
    """Mask secrets and addresses in what cells print and show."""
    import sys

    format_value = shell.display_formatter.format

    def guarded(value: Any, *args: Any, **options: Any) -> Any:
        data, metadata = format_value(value, *args, **options)
        return {
            mime: scrub_display(text) if mime in ("text/plain", "text/html") else text for mime, text in data.items()
        }, metadata

    shell.display_formatter.format = guarded
    for stream in (sys.stdout, sys.stderr):
        write = stream.write
        if getattr(write, "is_guarded", False):
            continue

        def guarded_write(text: str, write: Any = write) -> Any:
            return write(scrub(text) if isinstance(text, str) else text)

        guarded_write.is_guarded = True  # type: ignore[attr-defined]
        stream.write = guarded_write  # type: ignore[method-assign]
    show_traceback = shell._showtraceback

    def guarded_traceback(kind: type[BaseException], value: Any, lines: list[str]) -> None:
        show_traceback(kind, scrub(str(value)), [scrub(line) for line in lines])

    shell._showtraceback = guarded_traceback


def _expected() -> tuple[type[BaseException], ...]:
    import grpc
    from pyspark.errors import PySparkException

    return PaylakeError, PySparkException, grpc.RpcError


def _explain(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
    tb_offset: int | None = None,
) -> list[str]:
    """A sentence and what to do instead of a traceback; after a lost server, `spark` connects anew at its next use."""
    from paylake.errors import ServerNotRunning
    from paylake.session import as_paylake_error, is_connection_lost

    told = error if isinstance(error, PaylakeError) else as_paylake_error(error, _engine_of(shell).title())
    if isinstance(told, ServerNotRunning) or is_connection_lost(error) or "SESSION" in str(error):
        shell.user_ns["spark"] = LazySession(shell, _engine_of(shell))
    line = _line_of(trace)
    lines = (
        [f"\x1b[31m{told.message}\x1b[0m"]
        + ([f"  -> {told.fix}"] if told.fix else [])
        + ([f"  (line {line} of this cell)"] if line else [])
    )
    shell._showtraceback(type(told), told, lines)
    return lines


def _line_of(trace: TracebackType | None) -> int | None:
    while trace is not None:
        if "ipykernel_" in trace.tb_frame.f_code.co_filename or trace.tb_frame.f_code.co_filename.startswith(
            "<ipython-input"
        ):
            return trace.tb_lineno
        trace = trace.tb_next
    return None
