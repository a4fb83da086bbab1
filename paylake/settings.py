"""Settings: `PAYLAKE_*` variables over `paylake.toml` over defaults; docs/reference/settings.md lists them."""

from __future__ import annotations

import getpass
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from paylake.errors import UsageError

PROJECT_MARKER = "dbt_project.yml"


def find_project(start: Path | None = None) -> Path:
    """Folder of the project: `PAYLAKE_PROJECT`, else the nearest folder upwards that holds `dbt_project.yml`.

    Falls back to the checkout that this package was installed from, so that `paylake` works from any folder.
    """
    if named := os.environ.get("PAYLAKE_PROJECT"):
        return Path(named).expanduser().resolve()
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / PROJECT_MARKER).is_file() and (folder / "paylake").is_dir():
            return folder
    return Path(__file__).resolve().parent.parent


def branch(checkout: Path) -> str | None:
    """Name of the checked-out git branch as a folder's name; None without git or with a detached head."""
    git = checkout / ".git"
    try:
        if git.is_file():
            git = checkout / git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
    except OSError:
        return None
    name = head.removeprefix("ref: refs/heads/")
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name) if name != head else None


class Settings(BaseSettings):
    """All settings. Units are in the names or the descriptions; secrets are never printed."""

    model_config = SettingsConfigDict(env_prefix="PAYLAKE_", extra="forbid", env_ignore_empty=True)

    project: Path = Field(default_factory=find_project, description="Folder of the checkout.")
    lake: Path = Field(default=Path("lake"), description="All local state; relative to the project.")
    landing: str | None = Field(
        default=None, description="Where exports arrive: a folder or an fsspec URL. Default: <lake>/landing."
    )
    mappings: Path = Field(
        default=Path("mappings"), description="Folder of YAML files that describe further providers."
    )
    calendars: Path = Field(
        default=Path("calendars"), description="Folder of YAML files that say when which file is expected."
    )
    remote: str | None = Field(
        default=None, description="Spark Connect address (sc://...) to use instead of the local server."
    )
    port: int = Field(default=15002, ge=1024, le=65535, description="Port of the local server, loopback only.")
    fast_port: int = Field(default=15012, ge=1024, le=65535, description="Port of the fast lane, loopback only.")
    scratch: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        description="Name of the fast lane's scratch warehouse. Default: the git branch, else the user's name.",
    )
    engine: Literal["spark", "sail"] = Field(
        default="spark",
        description="What `spark` is in a notebook: spark (the lake) or sail (the fast lane's scratch).",
    )
    memory_mb: int | None = Field(
        default=None,
        ge=1024,
        description="Heap of the local server in MiB. Default: a quarter of the machine's memory, 1 to 8 GiB.",
    )
    cores: int | None = Field(
        default=None, ge=1, description="Task slots of the local server. Default: the machine's cores."
    )
    jvm_options: list[str] | None = Field(
        default=None,
        description="More options of the local JVM. Default: on up to 4 cores, compile quickly rather than well.",
    )
    spark_conf: dict[str, str] = Field(
        default_factory=dict, description="More Spark configuration for the local server, over Paylake's own."
    )
    cache: Path | None = Field(default=None, description="Cache of jars. Default: the user's cache folder.")
    jars: Path | None = Field(
        default=None, description="Folder that already holds the pinned jars (machines without network)."
    )
    offline: bool = Field(default=False, description="Never use the network; fail with what is missing.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug, info, warning or error."
    )
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto", description="auto (console on a terminal, else json), console or json."
    )
    lock_timeout_seconds: float = Field(
        default=0, ge=0, description="How long `paylake land` waits for another landing."
    )
    archive_members: int = Field(default=10_000, ge=1, description="Files that an archive may hold.")
    archive_mb: int = Field(default=20_480, ge=1, description="MiB that an archive or a gzip may unpack to.")
    archive_ratio: int = Field(default=200, ge=2, description="Bytes that each byte of an archive may unpack to.")
    mail_transport: Literal["outbox", "smtp"] = Field(
        default="outbox", description="outbox (write .eml files to <lake>/outbox) or smtp."
    )
    mail_from: str = Field(default="Paylake <paylake@localhost>", description="Sender of the reports.")
    smtp_host: str = Field(default="localhost", description="SMTP server.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the SMTP server.")
    smtp_user: str | None = Field(default=None, description="SMTP user; none means no login.")
    smtp_password: SecretStr | None = Field(default=None, description="SMTP password.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(default="starttls", description="starttls, tls or none.")

    @field_validator("landing", "remote", "scratch", "smtp_user", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @property
    def lake_path(self) -> Path:
        """Absolute folder of the lake."""
        return (self.project / self.lake.expanduser()).resolve()

    @property
    def landing_url(self) -> str:
        """Folder or URL where exports arrive."""
        return self.landing or str(self.lake_path / "landing")

    @property
    def mappings_path(self) -> Path:
        """Absolute folder of the mappings."""
        return (self.project / self.mappings.expanduser()).resolve()

    @property
    def calendars_path(self) -> Path:
        """Absolute folder of the calendars."""
        return (self.project / self.calendars.expanduser()).resolve()

    @property
    def warehouse_path(self) -> Path:
        """Folder of the local server's Delta tables."""
        return self.lake_path / "warehouse"

    @property
    def scratch_path(self) -> Path:
        """Folder of the fast lane's tables: one per branch, so that two branches' models never mix."""
        return self.lake_path / "scratch" / (self.scratch or branch(self.project) or getpass.getuser())

    @property
    def time_zone(self) -> str:
        """Reporting time zone of all `_date` columns: the variable `reporting_time_zone` of dbt_project.yml."""
        project = yaml.safe_load((self.project / PROJECT_MARKER).read_text(encoding="utf-8"))
        return str(project.get("vars", {}).get("reporting_time_zone", "UTC"))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of precedence: arguments, environment, `paylake.toml` of the project."""
        toml = TomlConfigSettingsSource(settings_cls, find_project() / "paylake.toml")
        return init_settings, env_settings, toml


@lru_cache
def get_settings() -> Settings:
    """The process's settings, read once.

    Raises:
        UsageError: a variable or a line of `paylake.toml` is unknown or out of range.
    """
    try:
        return Settings()
    except ValidationError as error:
        details = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise UsageError(
            f"Settings are not valid: {details}", "Correct the PAYLAKE_* variable or paylake.toml."
        ) from None
