"""Which providers a project knows: the modules of this package, and what its YAML files describe."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

from paylake import __version__
from paylake.errors import UsageError
from paylake.providers import PROVIDERS
from paylake.providers.mapping import provider_from
from paylake.providers.provider import Provider
from paylake.settings import Settings

RESERVED = frozenset({"ops"})
"""Names that no provider can have, for their schemas are Paylake's own."""


def read_mappings(folder: Path, taken: Collection[str] = ()) -> dict[str, Provider]:
    """Providers that the YAML files of a folder describe, in the order of the files' names; none without the folder.

    Args:
        folder: where the files (`*.yml`, `*.yaml`) are.
        taken: names that other providers have.

    Raises:
        UsageError: a file is no mapping, or names a provider that there is already.
    """
    found: dict[str, Provider] = {}
    for path in sorted((*folder.glob("*.yml"), *folder.glob("*.yaml"))):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise UsageError(f"{path}: not UTF-8 at byte {error.start}", "Save the file as UTF-8.") from None
        provider = provider_from(text, str(path))
        if provider.name in {*taken, *found, *RESERVED}:
            raise UsageError(
                f"{path}: provider: there is already a provider {provider.name!r}",
                "Give it another name, or put all of its exports into one file.",
            )
        found[provider.name] = provider
    return found


def known_providers(settings: Settings) -> dict[str, Provider]:
    """All providers in the order in which they are asked whether a file is theirs: modules first, then mappings.

    Raises:
        UsageError: a mapping is wrong, or the folder that a setting names is missing.
    """
    folder = settings.mappings_path
    if "mappings" in settings.model_fields_set and not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.", "Correct PAYLAKE_MAPPINGS, or create the folder.")
    return PROVIDERS | read_mappings(folder, PROVIDERS)


def version_of(providers: Mapping[str, Provider]) -> str:
    """The version of what reads files: paylake's, and a hash of all mappings where there are any."""
    mappings = "\0".join(provider.mapping for provider in providers.values() if provider.mapping)
    digest = hashlib.sha256(mappings.encode()).hexdigest()[:8]
    return f"{__version__}+{digest}" if mappings else __version__
