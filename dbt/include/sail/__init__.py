"""Macros of the fast lane's adapter; everything else falls through to paylake's and dbt-spark's."""

from pathlib import Path

PACKAGE_PATH = str(Path(__file__).parent)
