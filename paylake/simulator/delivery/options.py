"""What goes wrong on the way, by shares."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from paylake.errors import UsageError


@dataclass(frozen=True)
class Delivery:
    """Shares of the files, each from 0 to 1; of at least one file where it is more than 0.

    Args:
        late: comes one to three deliveries later than the month that it is of; of files of JSON lines, a part may.
        redelivered: comes a second time, byte for byte, under the same name or another.
        disordered: has its records in no order, where the format knows none.
        damaged: is damaged, so that landing must keep it out; the whole file is in `repairs/`.
    """

    late: float = 0.0
    redelivered: float = 0.0
    disordered: float = 0.0
    damaged: float = 0.0

    def __post_init__(self) -> None:
        """Check the shares."""
        for name, share in asdict(self).items():
            if not 0 <= share <= 1:
                raise UsageError(f"A share of {share} {name} files cannot be simulated.", "Ask for one from 0 to 1.")

    @property
    def is_as_sent(self) -> bool:
        """Whether nothing happens on the way, so that there are no deliveries to tell apart."""
        return not any(asdict(self).values())


AS_SENT = Delivery()
