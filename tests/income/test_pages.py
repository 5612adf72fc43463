"""The pages of income as the owner sees them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from community.bookings import actions
from community.core import clock
from community.core.db import db
from community.income.book import of_practice
from community.listings.models import Package
from community.payments import earned, earnings, ledger, rules
from tests.bookings.house import House
from tests.world import post

PAGES = ("", "/book", "/plan", "/price", "/export")


def _page(client: FlaskClient, path: str = "") -> str:
    answer = client.get(f"/desk/income{path}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def _complete(house: House, booking_id: int) -> None:
    with clock.frozen(clock.now() + timedelta(days=8)):
        house.do(booking_id, actions.deliver)
        house.do(booking_id, lambda b: actions.complete(b, actor="client"))


def test_empty_pages_say_what_to_do(house: House) -> None:
    owner = house.world.signed_in(house.owner)
    assert "No income yet" in _page(owner)
    for path in PAGES:
        _page(owner, path)


def test_a_booking_is_booked_until_it_is_done(house: House) -> None:
    owner = house.world.signed_in(house.owner)
    booking = house.confirmed()
    page = _page(owner)
    assert "Booked, not done yet" in page
    assert ">£0</b>" in page
    assert "£95.00" in page
    _complete(house, booking)
    with clock.frozen(clock.now() + timedelta(days=9)):
        page = _page(owner)
        assert "£95</b>" in page
        assert "100% comes from one client" in page
        assert "Booked, not done yet" not in page
        assert "A workshop" in page, "the only stream can be sold in other ways"


def test_what_goes_back_is_not_earned(house: House) -> None:
    owner = house.world.signed_in(house.owner)
    booking = house.confirmed()
    house.do(booking, lambda b: actions.cancel(b, actor="client", by=None, reason="ill"))
    assert "£0" in _page(owner)
    assert "comes from one client" not in _page(owner)


def _note(owner: FlaskClient, **values: Any) -> Any:
    given = {
        "kind": "income",
        "day": "2026-11-03",
        "amount": "640",
        "stream": "Café retainer",
        "party": "Copper Kettle",
    }
    return post(owner, "/desk/income/book", given | values)


def test_noted_by_hand_and_removed(house: House) -> None:
    owner = house.world.signed_in(house.owner)
    assert _note(owner).status_code == 302
    assert _note(owner, kind="cost", amount="40.50", stream="Rent", party="").status_code == 302
    page = _page(owner)
    assert "£640" in page
    assert "£599.50" in page, "what is left"
    book = _page(owner, "/book")
    removal = re.findall(r"/desk/income/book/\d+/removal", book)
    assert len(removal) == 2
    assert post(owner, removal[0], {}, form_at="/desk/income/book").status_code == 302
    assert len(re.findall(r"/removal", _page(owner, "/book"))) == 1


def test_what_cannot_be_noted_says_why_and_loses_nothing(house: House) -> None:
    owner = house.world.signed_in(house.owner)
    answer = _note(owner, amount="a lot", day="2027-01-01", party="Copper Kettle & Sons")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "is not an amount" in page
    assert "has not come yet" in page
    assert "Copper Kettle &amp; Sons" in page


def test_another_practices_notes_are_not_there(house: House) -> None:
    owner, other = house.world.signed_in(house.owner), house.world.signed_in(house.tom)
    _note(owner)
    removal = re.findall(r"/desk/income/book/\d+/removal", _page(owner, "/book"))[0]
    assert post(other, removal, {}, form_at="/desk/income/book").status_code == 404
    assert "Copper Kettle" not in _page(other, "/book")
    assert "Copper Kettle" in _page(owner, "/book")


def test_plan_and_jars(house: House) -> None:
    owner = house.world.signed_in(house.owner)
    shares = {"pay": "1750", "cash": "£5,200.50", "tax_share": "22", "retirement_share": "7,5", "buffer_share": "10%"}
    assert post(owner, "/desk/income/plan", shares).status_code == 302
    _note(owner, day="2026-11-19", amount="1000")
    plan = _page(owner, "/plan")
    assert "£220.00" in plan
    assert "£75.00" in plan
    assert 'value="7.5"' in plan
    taken = {"jar": "tax", "way": "out", "jar_amount": "120", "jar_day": "2026-11-19", "jar_note": "On account"}
    assert post(owner, "/desk/income/jars", taken, form_at="/desk/income/plan").status_code == 302
    assert "£100.00" in _page(owner, "/plan")
    assert "2.9 months" in _page(owner), "(5,200.50 - 100) / 1,750"
    refused = post(owner, "/desk/income/plan", shares | {"tax_share": "90"})
    assert refused.status_code == 422
    assert "more than all of it" in refused.get_data(as_text=True)


def test_what_must_be_charged(house: House) -> None:
    owner = house.world.signed_in(house.owner)
    year = {"wanted": "30000", "costs": "6000", "tax": "25", "weeks_off": "8", "hours": "20"}
    assert post(owner, "/desk/income/price", year).status_code == 302
    page = _page(owner, "/price")
    # 30,000 / 0.75 = 40,000; + 6,000 = 46,000; / (44 x 20 = 880) = 52.2727..., up to 52.28
    assert "£52.28" in page
    assert "£10,000.00" in page
    assert "too few to compare" in page
    assert post(owner, "/desk/income/price", year | {"hours": "none"}).status_code == 422


def test_the_price_stands_beside_the_niches(house: House) -> None:
    for number, price in enumerate((4000, 6000, 8000), start=1):
        house.world.listing(house.peer, f"An hour {number}", prices={60: price})
    house.world.listing(house.peer, "A free call", prices={60: 0})
    house.world.listing(house.peer, "A draft", prices={60: 99_900}, status="draft")
    owner = house.world.signed_in(house.owner)
    post(owner, "/desk/income/price", {"wanted": "9000", "tax": "25", "weeks_off": "8", "hours": "20"})
    # 40, 60, 80 and Noor's own 95: quartiles at 55, 70 and 83.75; 12,000 / 880 hours are 13.64 an hour
    page = _page(owner, "/price")
    for said in ("£55<", "£70<", "£83.75<", "£13.64", "there is room above"):
        assert said in page, said
    assert "£999" not in page


def test_one_stream_becomes_two(house: House) -> None:
    owner = house.world.signed_in(house.owner)
    _complete(house, house.confirmed())
    with clock.frozen(clock.now() + timedelta(days=9)):
        page = _page(owner)
        assert "100% comes from one stream" in page
        action = re.findall(r'action="(/desk/listings/\d+/copies)"', page)[0]
        made = post(owner, action, {"kind": "workshop"}, form_at="/desk/income")
        assert made.status_code == 302
        draft = owner.get(made.location).get_data(as_text=True)
        assert 'value="A brand identity"' in draft


def test_a_day_is_the_practices_own(house: House) -> None:
    """Half past eleven at night in London on the last of October is November nowhere but in UTC's neighbours."""
    with house.world.writing():
        house.practice_of(house.practice).zone = "Pacific/Auckland"
    with clock.frozen(datetime(2026, 10, 31, 12, 30, tzinfo=UTC)):
        owner = house.world.signed_in(house.owner)
        assert _note(owner, day="2026-11-01").status_code == 302
        assert "Nov" in _page(owner)
        assert _note(owner, day="2026-11-02").status_code == 422


def test_where_the_money_lies_is_not_what_was_earned(house: House) -> None:
    """Transfers change nothing; in direct mode what came to one's own account counts, less what Stripe kept there."""
    payee, month = f"practice:{house.practice}", datetime(2026, 11, 1, tzinfo=UTC)
    moves: list[tuple[str, rules.Entries]] = [
        ("payment", rules.payment_postings(amount=10_500, fee=500, payee=payee)),
        ("transfer_begun", rules.transfer_reserved_postings(payee=payee, amount=10_000)),
        ("transfer", rules.transfer_sent_postings(payee=payee, amount=10_000)),
        ("reversal", rules.reversal_postings(payee=payee, amount=4_000)),
        ("payment", rules.payment_postings(amount=2_100, fee=100, payee=payee, mode="direct")),
        ("stripe_fee", rules.stripe_fee_postings(60, payee=payee, mode="direct")),
        ("refund_owed", rules.refund_owed_postings(amount=1_050, fee=50, payee=payee, mode="direct")),
    ]
    with house.reading():  # and nothing of it is kept
        for number, (kind, postings) in enumerate(moves):
            ledger.post(external_id=f"t{number}", kind=kind, subject="payment:x", currency="GBP", postings=postings)
        # 100.00, then 20.00 less 0.60 and less 10.00
        assert sum(one.amount for one in earnings.earned(payee)) == 10_000 + 2_000 - 60 - 1_000
        (fees,) = earned.by_payee(month, month + timedelta(days=30))
        assert (fees.payee, fees.amount, fees.payments) == (payee, 500 + 100 - 50, 2)
        db.session.rollback()


def test_what_is_still_to_be_paid_is_booked(house: House) -> None:
    """Half of a project is paid: the other half is counted as booked, the practice's own part of it."""
    listing = house.listing("project")
    with house.reading():
        package = db.session.scalars(select(Package.id)).one()
    booking = house.confirmed(listing, package_id=package)
    with house.reading():
        assert house.booking(booking).state == "confirmed"
        lines = of_practice(house.practice_of(house.practice)).booked
        assert sorted(line.amount for line in lines) == [45_000, 45_000]
