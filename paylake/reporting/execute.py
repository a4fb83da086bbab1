"""Executing a report's notebook: papermill on the Paylake kernel, with the caller's lake and server."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from paylake.errors import PaylakeError, ServerNotRunning, UsageError
from paylake.kernel.privacy import scrub
from paylake.reporting import gate
from paylake.reporting.definition import Definition
from paylake.reporting.gate import Reason
from paylake.reporting.parts import Part, parts_of
from paylake.settings import Settings

CELL_TIMEOUT_SECONDS = 600
_ENVIRONMENT = threading.Lock()


def kernel_variables(settings: Settings) -> dict[str, str]:
    """The environment by which a kernel finds the same project, lake and server as its caller."""
    names = ("project", "landing", "remote", "port")
    values = {f"PAYLAKE_{name.upper()}": str(value) for name in names if (value := getattr(settings, name)) is not None}
    return values | {"PAYLAKE_LAKE": str(settings.lake_path)}


@contextlib.contextmanager
def kernel_environment(settings: Settings) -> Iterator[None]:
    """This process's environment as a report's kernel must see it: the lake, and nobody's own start-up files."""
    own = {"IPYTHONDIR": str(settings.lake_path / "reports" / "_ipython"), "PAYLAKE_ENGINE": "spark"}
    values = kernel_variables(settings) | own
    with _ENVIRONMENT:
        before = {name: os.environ.get(name) for name in values}
        os.environ.update(values)
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


def execute(definition: Definition, values: dict[str, Any], folder: Path, settings: Settings) -> Any:
    """The notebook after papermill ran it, also when a cell failed; saved without secrets."""
    import logging

    import nbformat
    import papermill

    from paylake.kernel.spec import KERNEL, install_kernelspec

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    install_kernelspec()
    path = folder / "notebook.ipynb"
    with kernel_environment(settings), contextlib.suppress(papermill.PapermillExecutionError):
        papermill.execute_notebook(
            definition.notebook,
            path,
            parameters=values,
            kernel_name=KERNEL,
            progress_bar=False,
            log_output=False,
            cwd=definition.notebook.parent,
            execution_timeout=CELL_TIMEOUT_SECONDS,
            request_save_on_cell_execute=False,
        )
    files: Any = nbformat
    notebook = files.read(path, as_version=4)
    files.write(scrub_notebook(notebook), path)
    return notebook


def scrub_notebook(notebook: Any) -> Any:
    """The notebook with every text of its outputs masked; parts and images stay as they are."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "text" in output:
                output["text"] = scrub(output["text"])
            for field in ("traceback", "evalue"):
                if field in output:
                    output[field] = (
                        [scrub(line) for line in output[field]] if field == "traceback" else scrub(output[field])
                    )
    return notebook


def failed_folder(folder: Path) -> Path:
    """Where the folder of a run goes whose notebook failed."""
    return folder.with_name(f"failed-{folder.name.removeprefix('.')}")


def outcome(notebook: Any, definition: Definition, folder: Path) -> tuple[list[Part], Reason | None]:
    """The parts of an executed notebook, or why its number is withheld; a failed cell is an error."""
    number = 0
    for cell in notebook.cells:
        ours = {"injected-parameters", "papermill-error-cell-tag"} & set(cell.metadata.get("tags", []))
        number += cell.cell_type == "code" and not ours
        error = next((output for output in cell.get("outputs", []) if output.output_type == "error"), None)
        if error is None:
            continue
        message, _, fix = str(error.evalue).partition("\n  -> ")
        if error.ename == gate.NumberWithheld.__name__:
            return [], Reason("figures", message, message)
        kinds: dict[str, type[PaylakeError]] = {kind.__name__: kind for kind in (ServerNotRunning, UsageError)}
        if error.ename in kinds:
            raise kinds[error.ename](message, fix)
        lines = message.strip().splitlines() or [""]
        told = lines[0] if error.ename == PaylakeError.__name__ else lines[-1]
        raise PaylakeError(
            f"Cell {number} of {definition.name} failed: {error.ename}: {' '.join(told.split())}",
            f"Open {failed_folder(folder) / 'notebook.ipynb'} to see it. {fix}".strip(),
        )
    parts = parts_of(notebook)
    if not parts:
        raise PaylakeError(
            f"{definition.name} displayed no part, so there is nothing to report.",
            "See docs/how-to/write-a-notebook.md.",
        )
    return parts, None
