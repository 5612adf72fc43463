"""Test clocks by the API: made, moved forward, deleted with what is on them. https://docs.stripe.com/api/test_clocks."""

from dataclasses import replace

from community.payments.sandbox.billing.clocks import KIND
from community.payments.sandbox.endpoint import Call, Endpoint, delete, listing, post, retrieve
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.params import integer, text
from community.payments.sandbox.records import Json, new_id
from community.payments.sandbox.sweeping import end_due

PATH = "/v1/test_helpers/test_clocks"
LIVES = 30 * 86400
MOST = 2 * 366 * 86400


def _create(call: Call) -> Json:
    body = {
        "id": new_id("clock"),
        "object": KIND,
        "created": call.tx.now,
        "deletes_after": call.tx.now + LIVES,
        "frozen_time": call.given["frozen_time"],
        "livemode": False,
        "name": call.given.get("name"),
        "status": "ready",
        "status_details": {},
    }
    call.tx.add(body)
    call.tx.emit(f"{KIND}.created", body)
    return body


def _advance(call: Call) -> Json:
    """Answer that it is under way, as Stripe does; by the next request it has arrived."""
    body = call.tx.get(KIND, call.id, "test_clock")
    goal = call.given["frozen_time"]
    if not body["frozen_time"] < goal <= body["frozen_time"] + MOST:
        message = "The new frozen_time must be after the clock's, and at most two years."
        raise ApiError(message, param="frozen_time")
    under_way = {**body, "status": "advancing", "status_details": {"advancing": {"target_frozen_time": goal}}}
    call.tx.emit(f"{KIND}.advancing", under_way)
    end_due(replace(call.tx, now=goal), clock=body["id"])
    body["frozen_time"] = goal
    call.tx.rewrite(body)
    call.tx.emit(f"{KIND}.ready", body)
    return under_way


def _delete(call: Call) -> Json:
    body = call.tx.get(KIND, call.id, "test_clock")
    call.tx.db.execute("DELETE FROM objects WHERE clock = ?", (body["id"],))
    sql = "DELETE FROM objects WHERE kind = 'customer' AND json_extract(body, '$.test_clock') = ?"
    call.tx.db.execute(sql, (body["id"],))
    call.tx.db.execute("DELETE FROM objects WHERE id = ?", (body["id"],))
    return {"id": body["id"], "object": KIND, "deleted": True}


ENDPOINTS: tuple[Endpoint, ...] = (
    post(PATH, _create, {"name": text(300)}, needed={"frozen_time": integer(0)}),
    listing(PATH, KIND, created=False),
    retrieve(PATH, KIND, "test_clock"),
    delete(f"{PATH}/<id>", _delete),
    post(f"{PATH}/<id>/advance", _advance, needed={"frozen_time": integer(0)}),
)
