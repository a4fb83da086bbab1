"""JupyterLab on this machine: loopback only, a token, the project's notebooks, the Paylake kernel."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

from paylake.errors import PaylakeError
from paylake.kernel.spec import KERNEL, install_kernelspec
from paylake.reporting.execute import kernel_variables
from paylake.settings import Settings


def install_kernel() -> Path:
    """Write the kernel `Paylake (Spark)` into this environment; returns its folder."""
    return install_kernelspec().parent


def lab_command(settings: Settings, port: int | None, open_browser: bool) -> list[str]:
    """The command line; the token is not in it, for every user of the machine can read command lines."""
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={settings.project / 'notebooks'}",
        f"--MultiKernelManager.default_kernel_name={KERNEL}",
        "--ServerApp.allow_remote_access=False",
        "--Application.log_level=WARN",
    ]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"] if port else []
    command += ["--allow-root"] if os.name == "posix" and os.geteuid() == 0 else []
    return command if open_browser else [*command, "--no-browser"]


def lab_environment(settings: Settings) -> dict[str, str]:
    """The environment of the lab and its kernels: this project, this lake, this server, a new token."""
    kept = {name: value for name, value in os.environ.items() if name != "JUPYTER_TOKEN"}
    return kept | kernel_variables(settings) | {"JUPYTER_TOKEN": secrets.token_urlsafe(24)}


def run_lab(settings: Settings, port: int | None = None, open_browser: bool = True) -> int:
    """Start JupyterLab and stay until it ends; its address with the token is printed by Jupyter.

    A server that is not running is no obstacle: notebooks open, and `spark` says how to start it.

    Raises:
        PaylakeError: Jupyter ended with an error, such as a port that is taken.
    """
    install_kernelspec()
    process = subprocess.Popen(
        lab_command(settings, port, open_browser), env=lab_environment(settings), cwd=settings.project
    )
    try:
        code = process.wait()
    except KeyboardInterrupt:
        code = process.wait()
        return code if code > 0 else 0
    if code:
        where = f"port {port}" if port else "its port"
        raise PaylakeError(
            f"JupyterLab ended with code {code}.",
            f"Read its last lines above; if {where} is taken, choose another with --port.",
        )
    return code
