"""Later parts of a price: who hears that one is coming, taken, refused, not paid in time."""

from datetime import timedelta

from community.bookings import queries
from community.core import clock
from community.payments import queries as payments
from tests.bookings.house import House
from tests.bookings.instalments import charged, deposit, due, refuse
from tests.notifications.post import Post


def test_coming_and_taken(house: House, post: Post) -> None:
    """Three days before, with the day and the amount; afterwards a receipt."""
    _booking, rest = deposit(house)
    post.read()
    with house.reading():
        at = payments.get(rest).due_at
        assert at is not None
    clock.advance(at - timedelta(days=4) - clock.now())
    assert not any("we charge" in letter.subject for letter in post.read())
    clock.advance(timedelta(days=1))
    letters = post.by_name()
    assert set(letters) == {"ada"}
    assert "we charge £31.50" in letters["ada"].subject
    assert "You don’t have to do anything." in letters["ada"].text
    due(house, rest)
    charged(house, rest)
    letters = post.by_name()
    assert letters["ada"].subject == "Paid: £31.50 to Noor Haddad"
    assert "Visa 4242" in letters["ada"].text


def test_refused_and_not_put_right(house: House, post: Post) -> None:
    """Why, until when and where; then the practice decides, and both know."""
    booking, rest = deposit(house)
    post.read()
    clock.advance(timedelta(days=30))
    post.read()
    due(house, rest)
    refuse(house, rest)
    letters = {letter.to.partition("@")[0]: letter for letter in post.read() if "we charge" not in letter.subject}
    assert letters["ada"].subject.startswith("Please pay £31.50 by ")
    assert "Your bank wants you to confirm this payment yourself." in letters["ada"].text
    with house.reading():
        assert f"/payments/{payments.get(rest).ref}" in letters["ada"].text
        assert queries.unpaid_parts(house.booking(booking))
    clock.advance(timedelta(hours=73))
    letters = post.by_name()
    assert letters["noor"].subject == "Ada Byron has not paid £31.50"
    assert "give them more time, or call it off by your terms" in letters["noor"].text
    assert letters["ada"].subject == "Not paid in time: £31.50"
