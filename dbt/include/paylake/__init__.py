"""Macros of the adapter; everything else falls through to dbt-spark's."""

from pathlib import Path

PACKAGE_PATH = str(Path(__file__).parent)
