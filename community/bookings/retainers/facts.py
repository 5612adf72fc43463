"""What happened to retainers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RetainerStarted:
    """The first month is paid, or agreed where we take no money."""

    retainer_id: int


@dataclass(frozen=True)
class RetainerFailed:
    """A month could not be charged; Stripe asks again. `nth` counts the tries for that month."""

    retainer_id: int
    nth: int


@dataclass(frozen=True)
class RetainerRecovered:
    """What could not be charged was paid after all."""

    retainer_id: int


@dataclass(frozen=True)
class RetainerEnding:
    """One side has said that it ends with the month (`wanted`), or that it goes on after all."""

    retainer_id: int
    event_id: int
    wanted: bool


@dataclass(frozen=True)
class RetainerEnded:
    """It is over."""

    retainer_id: int
