"""Writes the files of a provider."""

from __future__ import annotations

import gzip
from pathlib import Path


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a text; a name that ends in .gz is compressed, without the time of compression in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text.encode(encoding)
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
