"""Silver's minor units: amounts of one currency add up, whoever counted them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import jinja2

from paylake.reporting.money import exponent


def test_the_macro_knows_every_currency_that_a_provider_counts_in_coarser_units(project: Path) -> None:
    with (project / "seeds" / "currency_exponents.csv").open(encoding="utf-8", newline="") as file:
        counted = {(row["provider"], row["currency"]): int(row["exponent"]) for row in csv.DictReader(file)}
    wanted: dict[str, dict[str, int]] = {provider: {} for provider, _ in counted}
    for (provider, currency), exponent_of_provider in counted.items():
        if factor := 10 ** (exponent(currency) - exponent_of_provider) - 1:
            wanted[provider][currency] = factor + 1

    text = (project / "macros" / "money" / "common_units.sql").read_text(encoding="utf-8")
    macro = jinja2.Environment(autoescape=False).from_string(text).module.common_units  # type: ignore[attr-defined]  # noqa: S701 - SQL
    written = {provider: macro(provider, "a", "c") for provider in wanted}
    branch = r" when c in \(([^)]*)\) then (\d+)L"
    assert {
        provider: {
            name: int(factor) for names, factor in re.findall(branch, sql) for name in re.findall("[A-Z]+", names)
        }
        for provider, sql in written.items()
    } == wanted
    assert all(re.fullmatch(rf"a|a \* case({branch})+ else 1L end", sql) for sql in written.values())


def test_reports_show_amounts_in_silvers_units() -> None:
    assert [exponent(currency) for currency in ("JPY", "ISK", "KWD", "EUR")] == [0, 2, 3, 2]
