"""The peers' own environments: made once in the user's cache from pinned requirements, nothing of Paylake in them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs

REQUIREMENTS = Path(__file__).parent / "peers"
OURS = Path(sys.executable).parent
"""Folder of the programs of Paylake's environment."""

NOT_INHERITED = ("PAYLAKE_", "DBT_", "SPARK_", "PYSPARK_", "PYTHONPATH", "JAVA_HOME")


def plain_environment() -> dict[str, str]:
    """This process's variables without those that lead a program elsewhere than the bench says."""
    return {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}


def programs(peer: str) -> Path:
    """Folder of the programs of a peer's environment, which is made anew when its requirements have changed."""
    requirements = REQUIREMENTS / f"{peer}.txt"
    home = Path(platformdirs.user_cache_dir("paylake")) / "bench" / peer
    made_from = home / requirements.name
    if not made_from.exists() or made_from.read_bytes() != requirements.read_bytes():
        uv, python = str(OURS / "uv"), str(home / "bin" / "python")
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(home)], check=True)
        install = [
            uv,
            "pip",
            "sync",
            "--quiet",
            "--compile-bytecode",
            "--require-hashes",
            "--python",
            python,
            str(requirements),
        ]
        subprocess.run(install, check=True)
        shutil.copy(requirements, made_from)
    return home / "bin"
