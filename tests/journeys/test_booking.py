"""The whole main job as people do it, on a phone: search with a typo, filter, another zone, a slot, pay, confirmed,
the code from the mail, the practice's desk, and both in the booking's room, live.
"""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.world import PASSWORD

pytestmark = pytest.mark.browser


def until(what: object, seconds: float = 15) -> object:
    """What `what()` returns once it is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():  # type: ignore[operator]
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


def find(page: Page, address: str) -> None:
    """A search whose listing is found: a fresh server needs a moment for its index."""
    until(lambda: page.goto(address) and page.get_by_role("link", name="A brand identity").count())


def choose_a_slot(page: Page) -> str:
    """The last free time of the day shown; returns its words."""
    slot = page.locator("#bookform .slot").last
    slot.click()
    return slot.inner_text().strip()


def fill_and_continue(page: Page, name: str = "Ada Byron", email: str = "ada@example.com") -> None:
    """The booking form."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name=re.compile("Continue to pay")).click()
    page.wait_for_url("**/_stripe/c/pay/**")


def pay(page: Page) -> None:
    """The sandbox's Checkout with the card that pays."""
    page.locator(".tcard--ok").click()
    page.get_by_label("Name on card").fill("Ada Byron")
    page.get_by_role("button", name=re.compile("^Pay £")).click()


def sign_in(page: Page, email: str) -> None:
    """Through the form, with the seed world's password."""
    page.goto("/signin")
    page.get_by_label("E-mail address").or_(page.locator("input[name=email]")).first.fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(r"/(desk|bookings|search)"))


def search_and_choose(page: Page) -> str:
    """With a typo, a filter and another zone to a slot, and on to the form; returns the slot's words."""
    find(page, "/search?q=brnad+identity")
    assert page.context.cookies() == [], "looking needs no cookie"
    expect(page.get_by_role("link", name="A brand identity")).to_be_visible()
    page.goto("/search?q=brnad+identity&niche=brand-identity-food")
    page.get_by_role("link", name="A brand identity").click()
    page.wait_for_url("**/noor-haddad/a-brand-identity*")
    before = page.locator("#bookform .slot").first.inner_text().strip()
    page.locator("select[name=tz]").select_option("America/New_York")
    expect(page.locator("select[name=tz]")).to_have_value("America/New_York")
    until(lambda: page.locator("#bookform .slot").first.inner_text().strip() != before)
    page.locator("select[name=tz]").select_option("Europe/London")
    until(lambda: page.locator("#bookform .slot").first.inner_text().strip() == before)
    assert page.context.cookies() == [], "choosing a time needs no cookie"
    time_chosen = choose_a_slot(page)
    page.locator("#bookform [data-cta]").click()
    return time_chosen


def see_confirmed(page: Page, time_chosen: str) -> str:
    """The booking's page; returns its address."""
    page.wait_for_url("**/bookings/*")
    expect(page.get_by_role("heading", name="You are booked with Noor Haddad")).to_be_visible()
    expect(page.get_by_text("meet.example/noor")).to_be_visible()
    assert time_chosen in page.inner_text("main")
    return page.url


def open_with_code(page: Page, mail: str) -> None:
    """Type the code of the mail on the booking's page."""
    assert "text/calendar" in mail
    code = re.search(r"Your code: (\d{6})", mail).group(1)  # type: ignore[union-attr]
    page.get_by_label("The six digits from the mail").fill(code)
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("heading", name="Type the code from the mail")).to_have_count(0)


def see_desk_and_money(page: Page, booking: str) -> None:
    """The practice's side: the desk, the booking, and what the ledger says."""
    sign_in(page, "noor@example.com")
    page.goto("/desk")
    expect(page.get_by_text("Ada Byron").first).to_be_visible()
    page.goto(booking)
    expect(page.get_by_role("heading", name="Ada Byron has booked you")).to_be_visible()
    page.goto("/desk/money")
    for figure in ("£99.75", "£4.75", "£95.00"):
        expect(page.get_by_text(figure).first).to_be_visible()


def talk(ada: Page, noor: Page, booking: str) -> None:
    """Both in the booking's room, each reading the other without a reload."""
    for page in (ada, noor):
        page.goto(booking)
        page.get_by_role("link", name="Messages", exact=True).first.click()
        page.wait_for_url(re.compile(r"/(rooms|inbox)/"))
    say(ada, "Hello Noor, I bring three jars.")
    expect(noor.get_by_text("Hello Noor, I bring three jars.")).to_be_visible()
    say(noor, "Good. Bring the lids too.")
    expect(ada.get_by_text("Good. Bring the lids too.")).to_be_visible()


def test_the_main_job(visit, mailbox):
    page: Page = visit().page
    time_chosen = search_and_choose(page)
    fill_and_continue(page)
    pay(page)
    booking = see_confirmed(page, time_chosen)
    open_with_code(page, until(lambda: mailbox("ada@example.com"))[0])  # type: ignore[index]
    until(lambda: mailbox("noor@example.com"))
    noor: Page = visit(viewport={"width": 1280, "height": 900}).page
    see_desk_and_money(noor, booking)
    talk(page, noor, booking)


def say(page: Page, text: str) -> None:
    """Into the composer, with Enter."""
    box = page.locator("#comp textarea")
    box.wait_for(state="attached")
    if not box.is_visible():
        page.locator("[data-tab=chat]").first.click()
    box.fill(text)
    box.press("Enter")
    expect(page.locator(".log").get_by_text(text)).to_be_visible()


def test_the_browser_never_returns(visit, mailbox, server):
    page: Page = visit().page
    page.goto("/noor-haddad/a-brand-identity")
    choose_a_slot(page)
    page.locator("#bookform [data-cta]").click()
    fill_and_continue(page)
    page.route("**/payments/*/return*", lambda route: route.abort())
    pay(page)
    mail = until(lambda: mailbox("ada@example.com"))[0]  # type: ignore[index]
    assert "Confirmed" in mail
    # The same webhook once more changes nothing.
    page.goto("/_stripe/")
    page.get_by_role("button", name="Resend").first.click()
    time.sleep(1.5)
    page.goto(re.search(r"http://\S+/bookings/\w+", mail).group())  # type: ignore[union-attr]
    expect(page.get_by_role("heading", name="You are booked with Noor Haddad")).to_be_visible()
    assert len(mailbox("ada@example.com")) == 1


def test_paid_after_the_hold_was_let_go(visit, server):
    """Two windows of one browser: in one the time is let go, in the other the Checkout is still open."""
    ada = visit()
    page: Page = ada.page
    page.goto("/noor-haddad/a-brand-identity")
    choose_a_slot(page)
    page.locator("#bookform [data-cta]").click()
    fill_and_continue(page)
    other = ada.context.new_page()
    other.goto(page.url)
    other.get_by_role("link", name="Leave without paying").click()
    other.wait_for_url("**/bookings/*")
    address = other.url
    other.get_by_role("button", name="Let the time go").click()
    other.wait_for_load_state("networkidle")
    # Asked without the browser: the page may be on its way to itself just then.
    until(lambda: "This time is free again" in ada.context.request.get(address).text())
    page.locator(".tcard--ok").click()
    page.get_by_label("Name on card").fill("Ada Byron")
    page.get_by_role("button", name=re.compile("^Pay £")).click()
    expect(page.get_by_text(re.compile("expired|ended|no longer"))).to_be_visible()


def test_without_javascript(visit):
    page: Page = visit(java_script_enabled=False).page
    find(page, "/search?q=brand")
    page.get_by_role("link", name="A brand identity").click()
    page.locator(".seg a", has_text="30 min").click()
    # The second free day; near a month's end that may be one of the next.
    if page.locator(".cal td a").count() < 2:
        page.locator("#chevron-right").click()
    page.locator(".cal td a").nth(1).click()
    page.locator("#bookform .slot").first.click()
    page.locator("#bookform [data-cta]").click()
    fill_and_continue(page)
    page.locator(".tcard--ok").click()
    page.get_by_label("Name on card").fill("Ada Byron")
    page.get_by_role("button", name=re.compile("^Pay £")).click()
    page.wait_for_url("**/bookings/*")
    expect(page.get_by_role("heading", name="You are booked with Noor Haddad")).to_be_visible()


def test_a_taken_time_keeps_what_was_typed(visit):
    first, second = visit().page, visit().page
    for page in (first, second):
        page.goto("/noor-haddad/a-brand-identity")
        page.locator("#bookform .slot").first.click()
        page.locator("#bookform [data-cta]").click()
    fill_and_continue(first)
    second.get_by_label("Your name").fill("Ben Byron")
    second.get_by_label("Your e-mail address").fill("ben@example.com")
    second.get_by_role("button", name=re.compile("Continue to pay")).click()
    expect(second.get_by_text("This time has just been taken.")).to_be_visible()
    expect(second.get_by_label("Your e-mail address")).to_have_value("ben@example.com")
    assert second.locator(".note--bad a").count() == 3


def test_the_clock_shown_is_the_clock_booked(visit):
    """What a New Yorker picks is what stands on their booking."""
    page: Page = visit(timezone_id="America/New_York").page
    page.goto("/noor-haddad/a-brand-identity?tz=America/New_York")
    words = choose_a_slot(page)
    page.locator("#bookform [data-cta]").click()
    assert words in page.inner_text("main")
    assert "New York" in page.inner_text("main")
