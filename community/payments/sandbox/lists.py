"""Lists as Stripe pages them, and `expand`."""

from collections.abc import Mapping
from typing import Any

from .errors import ApiError, missing
from .params import Reader, fields, integer, list_of, text
from .records import Json, Tx

EXPAND: Reader = list_of(text(200), most=20)
PAGING: dict[str, Reader] = {
    "limit": integer(1),
    "starting_after": text(200),
    "ending_before": text(200),
    "expand": EXPAND,
}
CREATED: Reader = fields(None, dict.fromkeys(("gt", "gte", "lt", "lte"), integer()))
OPERATORS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def _position(tx: Tx, kind: str, identifier: str, param: str) -> int:
    sql = "SELECT seq FROM objects WHERE id = ? AND kind = ? AND account = ?"
    rows = tx.rows(sql, identifier, kind, tx.account)
    if not rows:
        raise missing(kind, identifier, param, status=400)
    return int(rows[0]["seq"])


def page(
    tx: Tx,
    kind: str,
    url: str,
    params: Json,
    *,
    ref: str | None = None,
    labels: list[str] | None = None,
    match: Mapping[str, str] | None = None,
) -> Json:
    """Return one page of `kind`, newest first.

    Args:
        tx: Sees the objects of one account.
        kind: What to list.
        url: The list's own address.
        params: `limit`, cursors and `created`, as asked.
        ref: Only objects filed under this.
        labels: Only objects labelled with one of these.
        match: Only objects whose fields have these values; the names are the sandbox's own.

    Raises:
        ApiError: a limit above 100, or a cursor that names nothing.

    """
    limit = params.get("limit", 10)
    if limit > 100:
        raise ApiError("This value must be less than or equal to 100.", param="limit", stored=False)
    clauses: list[tuple[str, Any]] = [("kind = ?", kind), ("account = ?", tx.account)]
    if ref is not None:
        clauses.append(("ref = ?", ref))
    clauses += [(f"created {OPERATORS[name]} ?", moment) for name, moment in (params.get("created") or {}).items()]
    clauses += [(f"json_extract(body, '$.{name}') = ?", value) for name, value in (match or {}).items()]
    backwards = "ending_before" in params
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if name in params:
            clauses.append((f"seq {sign} ?", _position(tx, kind, params[name], name)))
    where, values = [clause for clause, _ in clauses], [value for _, value in clauses]
    if labels:
        where.append(f"label IN ({','.join('?' * len(labels))})")
        values += labels
    order = "ASC" if backwards else "DESC"
    # Every fragment above is a constant of this module; only values come from outside.
    sql = f"SELECT body FROM objects WHERE {' AND '.join(where)} ORDER BY seq {order} LIMIT ?"  # noqa: S608
    rows = tx.rows(sql, *values, limit + 1)
    data = [tx.read(row["body"]) for row in rows[:limit]]
    if backwards:
        data.reverse()
    return {"object": "list", "url": url, "has_more": len(rows) > limit, "data": data}


def _walk(tx: Tx, node: Any, steps: list[str], path: str) -> None:
    if isinstance(node, list):
        for one in node:
            _walk(tx, one, steps, path)
        return
    name, *rest = steps
    if not isinstance(node, dict) or (name not in node and name != "line_items"):
        raise ApiError(f"This property cannot be expanded ({path}).", param="expand", stored=False)
    if name == "line_items" and node.get("object") == "checkout.session":
        node[name] = tx.private(node["id"]).get("line_items")
    value = node.get(name)
    if isinstance(value, str):
        found = tx.any(value) or tx.owner(value).any(value)
        if found is None:
            raise ApiError(f"This property cannot be expanded ({path}).", param="expand", stored=False)
        node[name] = value = found
    if rest and value is not None:
        _walk(tx, value, rest, path)


def expand(tx: Tx, body: Json, paths: list[str]) -> Json:
    """Replace ids by their objects along each dotted path.

    Raises:
        ApiError: a path that leads to no object.

    """
    for path in sorted(paths):
        _walk(tx, body, path.split("."), path)
    return body
