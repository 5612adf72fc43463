"""Who a payee is. Payments know a practice by this name alone; it is made and taken apart here and nowhere else."""

PRACTICE = "practice:"


def of_practice(practice_id: int) -> str:
    """The payee that a practice is: "practice:12"."""
    return f"{PRACTICE}{practice_id}"


def practice_of(payee: str) -> int | None:
    """The id of the practice that a payee is; None for anybody else."""
    number = payee.removeprefix(PRACTICE)
    return int(number) if payee.startswith(PRACTICE) and number.isascii() and number.isdigit() else None
