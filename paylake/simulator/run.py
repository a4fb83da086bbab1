"""Simulates a merchant into a folder, whole or not at all."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from paylake.errors import UsageError
from paylake.simulator.clock import midnight
from paylake.simulator.delivery import AS_SENT, Delivery, deliver
from paylake.simulator.dialects import DIALECTS
from paylake.simulator.ledger import Ledger
from paylake.simulator.merchant import run_merchant
from paylake.simulator.truth import write_truth

VERSION = 3
MANIFEST = "manifest.json"
OURS = ("exports", "repairs", "truth", MANIFEST)
LATEST_YEAR = 2100
DEFAULT = "stripe"
COUNTED = ("customers", "invoices", "payment_attempts", "refunds", "disputes", "balance_movements", "payouts")
"""Tables of the truth that sum up a simulation, whoever the providers are."""


@dataclass(frozen=True)
class SimulationSummary:
    """What a simulation left behind.

    Args:
        out: the folder of everything.
        exports: what a provider would have sent.
        truth: what really happened, as Parquet.
        records: records in the exports by kind.
        truth_rows: rows in the truth by table.
        is_unchanged: whether the same simulation was there already and nothing was written.
    """

    out: Path
    exports: Path
    truth: Path
    records: dict[str, int]
    truth_rows: dict[str, int]
    is_unchanged: bool

    def __str__(self) -> str:
        """One line for people, of what is true; what no provider's exports tell is left out."""
        counted = [f"{self.truth_rows[name]:,} {name.replace('_', ' ')}" for name in COUNTED if self.truth_rows[name]]
        return f"{', '.join(counted)} in {self.exports}{' (unchanged)' if self.is_unchanged else ''}"


def simulate(
    *,
    seed: int = 1,
    customers: int = 300,
    start: date = date(2025, 1, 1),
    days: int = 425,
    providers: Sequence[str] = (DEFAULT,),
    delivery: Delivery = AS_SENT,
    out: Path,
    progress: Callable[[str], None] | None = None,
) -> SimulationSummary:
    """Simulate a merchant from the first second of `start` for `days` days and write `out/exports` and `out/truth`.

    Each provider has `customers` of its own, in its own countries: one merchant's business is their sum. The same
    arguments give the same bytes. An earlier simulation in `out` is replaced, or left as it is when it has the same
    parameters; a kill leaves the old one, the new one or, between two renames, none. Where `delivery` lets something
    happen on the way, exports are in numbered deliveries, and what is damaged is whole in `out/repairs`.

    Raises:
        UsageError: a parameter is out of range, or `out` holds something else.
    """
    say = progress or (lambda text: None)
    out = Path(out).expanduser().resolve()
    parameters: dict[str, Any] = {
        "version": VERSION,
        "seed": seed,
        "customers": customers,
        "start": start.isoformat(),
        "days": days,
        "providers": sorted(set(providers)),
    }
    if not delivery.is_as_sent:
        parameters["delivery"] = asdict(delivery)
    _check(customers, start, days, providers)
    known = _read_manifest(out)
    needed = OURS if delivery.damaged else [name for name in OURS if name != "repairs"]
    if known and known["parameters"] == parameters and all((out / name).exists() for name in needed):
        return _summary(out, known, is_unchanged=True)
    _check_replaceable(out, known is not None)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", suffix=".partial", dir=out.parent) as work:
        fresh = Path(work) / "new"
        fresh.mkdir()
        sent = fresh / "exports" if delivery.is_as_sent else Path(work) / "sent"
        ledgers: dict[str, Ledger] = {}
        records: dict[str, int] = {}
        for name in parameters["providers"]:
            dialect = DIALECTS[name]
            say(f"Simulating the merchant at {name}")
            draw = seed if name == DEFAULT else f"{seed}:{name}"
            naming, window = dialect.naming(seed), (midnight(start), midnight(start + timedelta(days=days)))
            ledgers[name] = run_merchant(draw, customers, *window, naming, dialect.market)
            say(f"Writing the exports of {name}")
            for kind, count in dialect.write(ledgers[name], sent / name, seed).items():
                records[kind] = records.get(kind, 0) + count
        say("Writing the truth")
        untold = {name: DIALECTS[name].untold for name in ledgers}
        truth_rows = write_truth(ledgers, fresh / "truth", untold)
        if not delivery.is_as_sent:
            say("Delivering the exports")
            truth_rows["damage"] = deliver(sent, fresh, ledgers, seed, delivery)
        manifest = {"parameters": parameters, "records": records, "truth_rows": truth_rows}
        (fresh / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8", newline="")
        if out.exists():
            out.rename(Path(work) / "old")
        fresh.rename(out)
    return _summary(out, manifest, is_unchanged=False)


def _check(customers: int, start: date, days: int, providers: Sequence[str]) -> None:
    if unknown := sorted(set(providers) - DIALECTS.keys()):
        raise UsageError(
            f"The simulator does not speak like {', '.join(unknown)}.", f"Choose from {', '.join(sorted(DIALECTS))}."
        )
    if not providers:
        raise UsageError("A merchant without providers cannot be simulated.", "Name one or more.")
    if customers < 1:
        raise UsageError(f"{customers} customers cannot be simulated.", "Ask for one or more.")
    if days < 1:
        raise UsageError(f"{days} days cannot be simulated.", "Ask for one or more.")
    if start.year < 1971 or start.year + days // 365 > LATEST_YEAR:
        raise UsageError(
            f"{days} days from {start} reach beyond 1971 to {LATEST_YEAR}.", "Choose a later start or fewer days."
        )


def _read_manifest(out: Path) -> dict[str, Any] | None:
    """The manifest of an earlier simulation, if `out` holds one."""
    try:
        known = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_ours = isinstance(known, dict) and {"parameters", "records", "truth_rows"} <= known.keys()
    return known if is_ours else None


def _check_replaceable(out: Path, is_ours: bool) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise UsageError(f"{out} is a file.", "Name a folder for the simulation.")
    others = sorted(entry.name for entry in out.iterdir() if not is_ours or entry.name not in OURS)
    if others:
        what = "holds other files" if is_ours else "is not empty and holds no simulation"
        raise UsageError(
            f"{out} {what}: {', '.join(others[:3])}{', ...' if len(others) > 3 else ''}.",
            "Name an empty folder, or move these files away; nothing was changed.",
        )


def _summary(out: Path, manifest: dict[str, Any], is_unchanged: bool) -> SimulationSummary:
    return SimulationSummary(
        out, out / "exports", out / "truth", manifest["records"], manifest["truth_rows"], is_unchanged
    )
