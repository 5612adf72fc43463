"""A session planned with rounds of one's own."""

import pytest
from sqlalchemy import select

from community.core.db import db
from community.rooms.models import Session
from tests.rooms.people import lounge, session_form


@pytest.mark.parametrize(
    ("own", "minutes"),
    [
        ({"rounds": "3", "focus": "40", "rest": "5"}, [40, 5, 40, 5, 40]),
        ({"rounds": "2", "focus": "45", "rest": ""}, [45, 45]),
        ({"rounds": "8", "focus": "60", "rest": "10"}, "That is more than eight hours"),
        ({"rounds": "3", "focus": "", "rest": "5"}, "Say how many rounds, and how long each is."),
        ({"rounds": "0", "focus": "40", "rest": "5"}, "Between 1 and 8."),
        ({"rounds": "2", "focus": "500", "rest": "5"}, "Between 10 and 180 minutes."),
    ],
)
def test_rounds_of_ones_own(app, talker, own, minutes):
    mara, ref = talker("Mara Ellis"), lounge(app)
    answer = mara.post("/sessions/new", session_form(room=ref, plan="own", **own), at="/sessions/new")
    if isinstance(minutes, str):
        assert answer.status_code == 422
        assert minutes in answer.get_data(as_text=True)
        assert f'value="{own["rest"]}"' in answer.get_data(as_text=True), "what was typed stays typed"
        return
    assert answer.status_code == 302, answer.get_data(as_text=True)
    with app.app_context():
        (made,) = db.session.scalars(select(Session))
        assert [phase["seconds"] // 60 for phase in made.plan] == minutes
