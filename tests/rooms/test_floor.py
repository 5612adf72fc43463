"""The slice's routes say who may open them, and its writes are marked."""

from community.rooms import glance

PUBLIC = {"rooms.index"}
MEMBERS = {"rooms.start_session", "rooms.end_session"}


def test_policies(app):
    found = {name: view for name, view in app.view_functions.items() if name.startswith("rooms.")}
    assert {name for name, view in found.items() if view.policy == "public"} == PUBLIC
    assert {name for name, view in found.items() if view.policy == "member"} == MEMBERS
    rest = {view.policy for name, view in found.items() if name not in PUBLIC | MEMBERS}
    assert rest == {"person"}


def test_writes_are_marked(app):
    rules = [r for r in app.url_map.iter_rules() if r.endpoint.startswith("rooms.") and "POST" in r.methods]
    assert rules
    for rule in rules:
        view = app.view_functions[rule.endpoint]
        while not getattr(view, "writes", False):
            view = view.__wrapped__
        assert view.writes


def test_unread_total_of_nobody_new_is_zero(app, talker):
    with app.app_context():
        assert glance.unread_total(talker("Mara Ellis").person()) == 0


def test_members_see_who_sits_in_a_room(app, talker):
    from community.rooms import lists
    from tests.rooms.people import lounge

    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    with app.app_context():
        assert lists.seat_of(tom.person(), [mara.id]) is None
    mara.join(ref)
    with app.app_context():
        assert lists.seat_of(tom.person(), [mara.id]).ref == ref
    tom.blocks(mara)
    with app.app_context():
        assert lists.seat_of(tom.person(), [mara.id]) is None
