"""What is written to Elasticsearch: batches through the alias, and rebuilds beside the index that answers.

Two aliases are the only names anybody writes to: `…_listings` is the index that answers, `…_listings_next` one being
filled. A batch goes to both, from whatever process. Filling writes each document as external version 1, which
Elasticsearch refuses where a batch has written or deleted that document meanwhile: the batch read the database later.
So nothing that changes during a rebuild is lost, without a lock over processes or machines.
"""

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from community.search.elastic_link import WRITE_SECONDS, Link, making_sense
from community.search.elastic_schema import Body, definition, to_source, version
from community.search.engine import Document, SearchError, WriterBusyError

BULK_BYTES = 4_000_000  # a few megabytes a request: Elasticsearch's own advice for bulk sizes
_MISSING = "index_not_found_exception"
_CONFLICT = "version_conflict_engine_exception"
_FILLING = {"refresh_interval": "-1", "gc_deletes": "1d"}  # remember what batches deleted until the swap
_SERVING = {"refresh_interval": "1s", "gc_deletes": None}

Op = tuple[dict[str, Any], bytes | None]


class ElasticStore:
    """The indices of one site."""

    def __init__(self, link: Link, namespace: str, language: str) -> None:
        self.alias = f"{namespace}_listings"
        self.next = f"{self.alias}_next"
        self._link, self._language = link, language
        self.prefix = f"{self.alias}-{version(language)}-"

    def aliases(self) -> dict[str, str]:
        """Return the index behind each of the two aliases that there are."""
        with making_sense():
            return {alias: index for index, about in self._indices().items() for alias in about["aliases"]}

    def apply(self, upserts: Sequence[Document], deletes: Sequence[str]) -> None:
        """Write one batch, to be found when this returns; raise SearchError when any of it was refused.

        It is refreshed at its end rather than waited for: batches gather what many announcements ask for, so there are
        few of them, and a second's wait in each would add up over the hourly one of all practices.
        """
        there = self.aliases()
        if self.alias not in there:
            self._begin_partial()
        targets = [self.alias, *([self.next] if self.next in there else [])]
        refused: list[str] = []
        for some, last in _lasts(_chunks(_ops(upserts, deletes, targets))):
            for (action, _), answer in zip(some, self._send(some, refresh=last), strict=True):
                error = answer.get("error")
                swapped = next(iter(action.values()))["_index"] == self.next and error and error["type"] == _MISSING
                if error and not swapped:
                    refused.append(f"{answer['_id']}: {error['type']} {error.get('reason', '')}")
        if refused:
            raise SearchError(f"{len(refused)} were not written: {'; '.join(refused[:3])}")

    @contextmanager
    def rebuilding(self) -> Iterator["ElasticFill"]:
        """Give a new index to fill; the alias moves to it in one step when the block ends well."""
        name = f"{self.prefix}{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
        self._remove_all_but(self.aliases().get(self.alias))  # what a killed process left
        self._create(name, self.next, _FILLING)
        try:
            fill = ElasticFill(self._link, self.next, name)
            yield fill
            fill.finish()
            self._swap(name)
        except BaseException:
            self._remove(name)
            raise
        self._remove_all_but(name)

    def clear(self) -> None:
        """Remove every index of the site."""
        self._remove_all_but(None)

    def _send(self, some: list[Op], *, refresh: bool) -> list[dict[str, Any]]:
        return self._link.bulk(_lines(some), refresh=refresh)

    def _begin_partial(self) -> None:
        """Begin an index with a batch. Its name says that it cannot hold every listing; two may begin it at once."""
        try:
            self._create(f"{self.prefix}partial", self.alias, {})
        except SearchError:
            if self.alias not in self.aliases():
                raise

    def _create(self, name: str, alias: str, settings: Body) -> None:
        made = definition(self._language)
        made["settings"] |= settings
        made["aliases"] = {alias: {}}
        self._link.ask("PUT", f"/{name}", made, seconds=WRITE_SECONDS)

    def _swap(self, name: str) -> None:
        there = self.aliases()
        if there.get(self.next) != name:
            raise WriterBusyError("another rebuild took over")
        self._link.ask("PUT", f"/{name}/_settings", {"index": _SERVING}, seconds=WRITE_SECONDS)
        actions: list[Body] = [
            {"remove": {"index": name, "alias": self.next}},
            {"add": {"index": name, "alias": self.alias}},
        ]
        if self.alias in there:
            actions.append({"remove": {"index": there[self.alias], "alias": self.alias}})
        self._link.ask("POST", "/_aliases", {"actions": actions}, seconds=WRITE_SECONDS)

    def _remove_all_but(self, keep: str | None) -> None:
        for name in self._indices():
            if name != keep:
                self._remove(name)

    def _indices(self) -> dict[str, Any]:
        found: dict[str, Any] = self._link.ask("GET", f"/{self.alias}-*/_alias")
        return found

    def _remove(self, name: str) -> None:
        try:
            self._link.ask("DELETE", f"/{name}?ignore_unavailable=true", seconds=WRITE_SECONDS)
        except SearchError:
            return  # the next rebuild removes it


class ElasticFill:
    """One new index being filled."""

    def __init__(self, link: Link, target: str, name: str) -> None:
        self.count, self._link, self._target, self._name = 0, link, target, name

    def add(self, documents: Sequence[Document]) -> None:
        """Write some documents, each id once in all; those a batch wrote meanwhile are left as they are."""
        for some in _chunks(_first_ops(documents, self._target)):
            for answer in self._link.bulk(_lines(some), refresh=False):
                error = answer.get("error")
                if error and error["type"] != _CONFLICT:
                    raise SearchError(f"{answer.get('_id')} was not written: {error['type']} {error.get('reason', '')}")
        self.count += len(documents)

    def finish(self) -> None:
        """Have the index answer for what was written, and look whether it is all there."""
        self._link.ask("POST", f"/{self._name}/_refresh", seconds=WRITE_SECONDS)
        path = f"/{self._name}/_stats/docs,indexing?filter_path=_all.primaries"
        found = self._link.ask("GET", path, seconds=WRITE_SECONDS)["_all"]["primaries"]
        missing = self.count - found["docs"]["count"]
        if missing > found["indexing"]["delete_total"]:  # more than batches took out meanwhile
            raise SearchError(f"the new index lacks {missing} of {self.count} documents")


def _ops(upserts: Sequence[Document], deletes: Sequence[str], targets: Sequence[str]) -> Iterator[Op]:
    latest = {document.id: document for document in upserts}
    for target in targets:
        for document_id in deletes:
            if document_id not in latest:
                yield {"delete": {"_index": target, "_id": document_id, "require_alias": True}}, None
    for document in latest.values():
        source = _dumped(to_source(document))
        for target in targets:
            yield {"index": {"_index": target, "_id": document.id, "require_alias": True}}, source


def _first_ops(documents: Sequence[Document], target: str) -> Iterator[Op]:
    for document in documents:
        where = {"_index": target, "_id": document.id, "require_alias": True}
        yield {"index": where | {"version": 1, "version_type": "external"}}, _dumped(to_source(document))


def _dumped(values: Body) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode()


def _lines(some: Sequence[Op]) -> Iterator[bytes]:
    for action, source in some:
        yield _dumped(action)
        if source is not None:
            yield source


def _chunks(ops: Iterator[Op]) -> Iterator[list[Op]]:
    some: list[Op] = []
    size = 0
    for op in ops:
        some.append(op)
        size += len(op[1] or b"") + 100
        if size >= BULK_BYTES:
            yield some
            some, size = [], 0
    if some:
        yield some


def _lasts(chunks: Iterator[list[Op]]) -> Iterator[tuple[list[Op], bool]]:
    """Return each chunk and whether it is the last."""
    before = next(chunks, None)
    for chunk in chunks:
        if before is not None:
            yield before, False
        before = chunk
    if before is not None:
        yield before, True
