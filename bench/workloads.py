"""The workloads: each prepares its sides, measures them in turn over the rounds, and returns its measures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from bench import sides
from bench.counting import BUILD, MODEL, REBUILD, Figures
from bench.lakes import Lakes
from bench.report import Measure, say
from bench.rounds import interleaved, timing
from bench.same import common_nodes
from bench.watching import watching
from paylake import sail, server
from paylake.session import get_session

WITHOUT_SNAPSHOTS = ("--exclude-resource-type", "snapshot")
"""Snapshots are Spark's alone: they stay out wherever one of the sides has none."""


def build(lakes: Lakes, rounds: int) -> list[Measure]:
    """Full rebuild against stock dbt-spark on an equally warm server of stock settings; a build of unchanged input."""
    ours, stock, peer = sides.ours(lakes.built), sides.stock_warm(lakes.stock), "stock dbt-spark, warm"
    server.up(lakes.stock)
    say("Building on the stock server for the first time ...")
    stock.run(*BUILD)
    counts: dict[str, Figures] = {}

    def counted(name: str, side: sides.Side, warehouse: Path, *arguments: str) -> Callable[[], float]:
        """The work, timed; what it sends and writes is counted on the way, which costs each side the same."""
        return timing(lambda: counts.update({name: side.count(warehouse, *arguments)}))

    works = {
        "ours": counted("ours", ours, lakes.built.warehouse_path, *REBUILD),
        peer: counted(peer, stock, lakes.stock.warehouse_path, *REBUILD),
        "ours again": counted("ours again", ours, lakes.built.warehouse_path, *BUILD),
    }
    seconds = interleaved(works, rounds)
    count, peer_count, again = (counts[name] for name in works)
    name, unchanged = "full build on Spark, warm", "the same again, input unchanged"
    return [
        Measure(name, "time", "s", seconds["ours"], seconds[peer], peer, at_least=3),
        Measure(name, "statements", "sent", [count.statements], [peer_count.statements], peer, at_least=3),
        Measure(name, "Delta commits", "made", [count.commits], [peer_count.commits], peer),
        Measure(unchanged, "time", "s", seconds["ours again"]),
        Measure(unchanged, "statements", "sent", [again.statements]),
        Measure(unchanged, "data files", "written", [again.files], at_most=0),
    ]


def fast(lakes: Lakes, rounds: int, notes: list[str]) -> list[Measure]:
    """Full build on the fast lane against dbt-duckdb, on the models that both build to the same rows."""
    duckdb, left_out = common_nodes(lakes, notes)
    ours, peer = sides.ours(lakes.fast, "fast"), "dbt-duckdb"
    arguments = (*REBUILD, *WITHOUT_SNAPSHOTS, *(part for name in left_out for part in ("--exclude", f"{name}+")))
    works = {"ours": timing(lambda: ours.run(*arguments)), peer: timing(lambda: duckdb.run("build", "--full-refresh"))}
    seconds = interleaved(works, rounds)
    return [Measure("full build on the fast lane", "time", "s", seconds["ours"], seconds[peer], peer, at_most=1.5)]


def edit(lakes: Lakes, rounds: int, notes: list[str]) -> list[Measure]:
    """An edited model with its children and tests: `paylake watch` and dbt on warm Spark against a cold stock dbt."""
    ours, cold, peer = sides.ours(lakes.built), sides.stock_cold(lakes.stock), "stock dbt-spark, cold"
    server.down(lakes.stock)
    files = {side.project: next(side.project.rglob(f"{MODEL}.sql")) for side in (ours, cold)}
    arguments = ("build", *WITHOUT_SNAPSHOTS, "--select", f"{MODEL}+")
    edits = iter(range(10**6))

    def change(side: sides.Side) -> None:
        with files[side.project].open("a", encoding="utf-8") as file:
            file.write(f"-- edit {next(edits)}\n")

    def run_cold() -> float:
        change(cold)
        return timing(lambda: cold.run(*arguments))()

    with watching(lakes.fast) as wait:

        def save() -> float:
            def saved() -> None:
                change(ours)
                wait()

            return timing(saved)()

        works = {"paylake watch": save, "Spark, warm": timing(lambda: ours.run(*arguments)), peer: run_cold}
        say("Warming up ...")
        change(ours)
        built = wait()
        works["Spark, warm"]()
        run_cold()
        results = json.loads((cold.project / "target" / "cold" / "run_results.json").read_text(encoding="utf-8"))
        notes.append(f"One build of `paylake watch`: {built}; of stock dbt-spark: {len(results['results'])} nodes.")
        seconds = interleaved(works, rounds)
    name = f"edit {MODEL}, build it with children and tests"
    return [
        Measure(name, "paylake watch", "s", seconds["paylake watch"], seconds[peer], peer, at_least=15),
        Measure(name, "dbt build on Spark, warm", "s", seconds["Spark, warm"], seconds[peer], peer, at_least=8),
    ]


def start(lakes: Lakes, rounds: int) -> list[Measure]:
    """From a stopped server of a lake with tables to the first answer."""

    def spark() -> None:
        server.up(lakes.built)
        get_session(lakes.built).sql("select 1").collect()

    def fast_lane() -> None:
        sail.up(lakes.fast)
        sail.get_session(lakes.fast).sql("select 1").collect()

    def stopped() -> None:
        server.down(lakes.built)
        sail.down(lakes.fast)

    works = {"Spark": timing(spark), "fast lane": timing(fast_lane)}
    for work in works.values():
        work()  # with tables, and with the client's modules loaded
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        stopped()
        for name, seconds in interleaved(works, 1).items():
            found[name] += seconds
    name = "server start to first query"
    return [
        Measure(name, "Spark", "s", found["Spark"], at_most=12),
        Measure(name, "fast lane", "s", found["fast lane"], at_most=2),
    ]
