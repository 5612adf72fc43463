"""What an address of the API is made of: what it takes, and what it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .lists import CREATED, EXPAND, PAGING, page
from .params import Reader, fields, metadata_change
from .records import Json, Tx


@dataclass(frozen=True)
class Call:
    """One request in execution: its transaction, checked parameters, the ids in its path, our address."""

    tx: Tx
    given: Json
    id: str
    page_url: str
    sub: str = ""


Run = Callable[[Call], Json]


@dataclass(frozen=True, eq=False)
class Endpoint:
    """One address of the API."""

    method: str
    path: str
    takes: Reader
    run: Run


def takes(*optional: Mapping[str, Reader], needed: Mapping[str, Reader] | None = None) -> Reader:
    """Read parameters, `expand` always among them."""
    known: dict[str, Reader] = {"expand": EXPAND}
    for some in optional:
        known |= some
    return fields(needed, known)


def get(path: str, run: Run, *optional: Mapping[str, Reader]) -> Endpoint:
    """An address that reads."""
    return Endpoint("GET", path, takes(*optional), run)


def post(path: str, run: Run, *optional: Mapping[str, Reader], needed: Mapping[str, Reader] | None = None) -> Endpoint:
    """An address that writes."""
    return Endpoint("POST", path, takes(*optional, needed=needed), run)


def delete(path: str, run: Run, *optional: Mapping[str, Reader]) -> Endpoint:
    """An address that deletes; `optional` holds `expand` too where Stripe takes it."""
    return Endpoint("DELETE", path, fields(None, {name: one for some in optional for name, one in some.items()}), run)


def retrieve(path: str, kind: str, param: str = "id") -> Endpoint:
    """The address of one object; `param` is what a refusal calls its id."""
    return get(f"{path}/<id>", lambda call: call.tx.get(kind, call.id, param))


def listing(
    path: str,
    kind: str,
    filters: Mapping[str, Reader] | None = None,
    *,
    within: str = "",
    created: bool = True,
) -> Endpoint:
    """The address of all objects of a kind, newest first.

    Args:
        path: The address.
        kind: The kind of object.
        filters: Parameters that are compared with the object's own field of that name.
        created: Whether `created` narrows it.
        within: The field that must be the id in the path, for lists below an object.

    """
    names = tuple(filters or {})

    def run(call: Call) -> Json:
        match = {name: call.given[name] for name in names if name in call.given}
        if within:
            match[within] = call.id
        return page(call.tx, kind, path.replace("<id>", call.id), call.given, match=match)

    return get(path, run, PAGING, {"created": CREATED} if created else {}, filters or {})


def relabelled(path: str, kind: str, param: str = "id") -> Endpoint:
    """The address that changes an object's metadata and nothing else."""

    def run(call: Call) -> Json:
        body = call.tx.get(kind, call.id, param)
        if "metadata" in call.given:
            body["metadata"] = merged(body["metadata"], call.given["metadata"])
        return call.tx.rewrite(body)

    return post(f"{path}/<id>", run, {"metadata": metadata_change})


def merged(known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return metadata after an update: keys are added, changed, and unset by an empty value."""
    return {key: value for key, value in {**known, **given}.items() if value} if given else {}
