"""Form-encoded nested parameters: read as Stripe reads them, refused as Stripe refuses them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .errors import ApiError, unsupported

Reader = Callable[[Any, str], Any]
KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
PART = re.compile(r"\[([^\[\]]*)\]")


def _bad(message: str, param: str, code: str | None = None) -> ApiError:
    return ApiError(message, code=code, param=param, stored=False)


def parse(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Turn `a[b][0][c]=1` pairs into nested dictionaries and lists.

    Raises:
        ApiError: when a name is not in bracket notation.

    """
    tree: dict[str, Any] = {}
    for name, value in pairs:
        found = KEY.match(name)
        if not found:
            raise _bad(f"Invalid parameter name: {name}", name)
        path = [found[1], *PART.findall(found[2])]
        node = tree
        for step in path[:-1]:
            child = node.setdefault(step or str(len(node)), {})
            if not isinstance(child, dict):
                raise _bad(f"Invalid parameter: {name}", name)
            node = child
        node[path[-1] or str(len(node))] = value
    return tree


def text(limit: int = 5000, *, empty: bool = False) -> Reader:
    """Read a string of up to `limit` characters; an empty one, which unsets, only where `empty` says so."""

    def read(value: Any, where: str) -> str:
        if not isinstance(value, str):
            raise _bad("Invalid string", where)
        if not value and not empty:
            raise _bad(
                f"You passed an empty string for '{where}'. We assume empty values are an attempt to unset "
                f"a parameter; however '{where}' cannot be unset.",
                where,
                "parameter_invalid_empty",
            )
        if len(value) > limit:
            raise _bad(f"Invalid string: must be at most {limit} characters", where)
        return value

    return read


def integer(least: int | None = None) -> Reader:
    """Read a whole number, at least `least`."""

    def read(value: Any, where: str) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,15}", value):
            raise _bad(f"Invalid integer: {value}", where, "parameter_invalid_integer")
        number = int(value)
        if least is not None and number < least:
            message = f"This value must be greater than or equal to {least}."
            raise _bad(message, where, "parameter_invalid_integer")
        return number

    return read


def percent(value: Any, where: str) -> float:
    """Read a share of a hundred with up to two decimals."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", value) or float(value) > 100:
        raise _bad(f"Invalid decimal: {value}; must be between 0 and 100, with at most two decimal places", where)
    return float(value)


def boolean(value: Any, where: str) -> bool:
    """Read `true` or `false`."""
    if value not in ("true", "false"):
        raise _bad(f"Invalid boolean: {value}", where)
    return bool(value == "true")


def choice(*allowed: str, beyond: Mapping[str, str] | None = None) -> Reader:
    """Read one of `allowed`; `beyond` names what Stripe knows and the sandbox does not."""

    def read(value: Any, where: str) -> str:
        if beyond and value in beyond:
            raise unsupported(beyond[value], where)
        if value not in allowed:
            raise _bad(f"Invalid {where}: must be one of {', '.join(allowed)}", where)
        return str(value)

    return read


def url(value: Any, where: str) -> str:
    """Read an absolute http or https address."""
    address = text()(value, where)
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise _bad("Not a valid URL", where, "url_invalid")
    return str(address)


def refused(what: str) -> Reader:
    """Refuse a parameter that Stripe knows and the sandbox does not cover."""

    def read(value: Any, where: str) -> Any:
        del value
        raise unsupported(what, where)

    return read


def metadata(value: Any, where: str) -> dict[str, str]:
    """Read up to 50 pairs, keys of 40 and values of 500 characters, as on Stripe."""
    return {key: one for key, one in metadata_change(value, where).items() if one}


def metadata_change(value: Any, where: str) -> dict[str, str]:
    """Read pairs that change metadata: an empty value unsets its key, an empty whole unsets all."""
    if value == "":
        return {}
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise _bad("Invalid object", where)
    if len(value) > 50:
        raise _bad(f"You cannot have more than 50 keys in {where}", where)
    for key, one in value.items():
        if len(key) > 40 or len(one) > 500:
            raise _bad("Metadata keys take up to 40 and values up to 500 characters.", f"{where}[{key}]")
    return dict(value)


@dataclass(frozen=True, eq=False)
class ListOf:
    """Reads a list; made by `list_of`."""

    item: Reader
    most: int

    def __call__(self, value: Any, where: str) -> list[Any]:
        """Return the elements in their order."""
        if not isinstance(value, dict) or not all(key.isdigit() for key in value):
            raise _bad("Invalid array", where)
        if len(value) > self.most:
            raise _bad(f"Array {where} exceeded maximum {self.most} allowed elements.", where)
        ordered = sorted(value.items(), key=lambda pair: int(pair[0]))
        return [self.item(one, f"{where}[{index}]") for index, (_, one) in enumerate(ordered)]


def list_of(item: Reader, most: int = 100) -> ListOf:
    """Read a list of `item`s."""
    return ListOf(item, most)


@dataclass(frozen=True, eq=False)
class Fields:
    """Reads a dictionary; made by `fields`. What it knows can be looked at, so that a test can compare it."""

    needed: frozenset[str]
    known: Mapping[str, Reader]

    def __call__(self, value: Any, where: str) -> dict[str, Any]:
        """Return the values read."""
        if not isinstance(value, dict):
            raise _bad("Invalid object", where)

        def name(key: str) -> str:
            return f"{where}[{key}]" if where else key

        for key in value:
            if key not in self.known:
                raise _bad(f"Received unknown parameter: {name(key)}", name(key), "parameter_unknown")
        for key in sorted(self.needed):
            if key not in value:
                raise _bad(f"Missing required param: {name(key)}.", name(key), "parameter_missing")
        return {key: self.known[key](one, name(key)) for key, one in value.items()}


def fields(required: Mapping[str, Reader] | None, optional: Mapping[str, Reader]) -> Fields:
    """Read a dictionary that has every `required` name and no unknown one."""
    needed = dict(required or {})
    return Fields(frozenset(needed), {**needed, **optional})
