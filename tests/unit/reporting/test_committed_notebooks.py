"""Notebooks as they are committed: failing means noise in reviews, or a notebook that does not open for somebody."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

PROJECT = Path(__file__).resolve().parents[3]
NOTEBOOKS = sorted((PROJECT / "notebooks").rglob("*.ipynb"))
LINES = 12


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_valid_short_and_without_outputs(path: Path) -> None:
    reader: Any = nbformat
    notebook = reader.read(path, as_version=4)
    reader.validate(notebook)
    assert notebook.metadata.kernelspec.name == "paylake"
    identifiers = [cell.id for cell in notebook.cells]
    assert len(set(identifiers)) == len(identifiers)
    for cell in notebook.cells:
        assert len(cell.source.splitlines()) <= LINES, cell.id
        assert not cell.get("outputs"), cell.id


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_clean_for_nbstripout(path: Path) -> None:
    found = subprocess.run([sys.executable, "-m", "nbstripout", "--verify", str(path)], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
