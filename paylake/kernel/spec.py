"""The Jupyter kernel `Paylake (Spark)`: IPython with `paylake.kernel` loaded, in the environment that runs this."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from paylake.errors import MachineError

KERNEL = "paylake"
DISPLAY_NAME = "Paylake (Spark)"


def specification() -> dict[str, object]:
    """The content of kernel.json."""
    return {
        "argv": [
            sys.executable,
            "-m",
            "ipykernel_launcher",
            "--ext=paylake.kernel",
            "--log-level=40",
            "-f",
            "{connection_file}",
        ],
        "display_name": DISPLAY_NAME,
        "language": "python",
        "metadata": {"debugger": True},
        "env": {"PYDEVD_DISABLE_FILE_VALIDATION": "1"},
    }


def install_kernelspec(prefix: Path | None = None) -> Path:
    """Write the kernel into the virtual environment unless it is there already.

    Raises:
        MachineError: the environment is read-only.
    """
    path = (prefix or Path(sys.prefix)) / "share" / "jupyter" / "kernels" / KERNEL / "kernel.json"
    content = json.dumps(specification(), indent=1) + "\n"
    try:
        if path.is_file() and path.read_text(encoding="utf-8") == content:
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".kernel.{os.getpid()}.json")
        temporary.write_text(content, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise MachineError(
            f"The kernel cannot be written to {path}: {error.strerror}.", "Make the virtual environment writable once."
        ) from None
    return path
