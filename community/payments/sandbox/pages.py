"""The hosted Checkout page, its 3-D Secure step and the page of what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from . import checkouts, intents
from .cards import OFFERED, Card, lookup
from .form import CardForm, Gettext, country_names, decline_message
from .money import display
from .records import Json, Tx
from .session_shape import UNNAMED
from .store import Store
from .sweeping import end_due

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Look:
    """How the pages look and read."""

    stylesheets: Sequence[str]
    gettext: Gettext
    business: str


def origin(url: str | None) -> str:
    """Return scheme and host of an address, empty when it has none."""
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""


class Pages:
    """Answers browsers. Every write is one transaction and ends before the answer is rendered."""

    def __init__(self, store: Store, look: Look) -> None:
        self._store = store
        self._look = look
        self._jinja = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._jinja.globals["_"] = look.gettext
        self._jinja.filters["money"] = display

    def render(
        self,
        template: str,
        *,
        base: str,
        status: int = 200,
        leads_to: str = "",
        images: str = "",
        **values: object,
    ) -> Response:
        """Render a page; its policy lets forms end at `leads_to` and pictures come from `images`."""
        look = self._look
        html = self._jinja.get_template(template).render(
            base=base, stylesheets=look.stylesheets, business=look.business, **values
        )
        styles = " ".join(sorted({"'self'", *filter(None, map(origin, look.stylesheets))}))
        policy = {
            "default-src": "'none'", "style-src": styles, "font-src": styles, "script-src": "'self'",
            "img-src": f"'self' data: {images}".strip(), "form-action": f"'self' {leads_to}".strip(),
            "base-uri": "'none'", "frame-ancestors": "'none'",
        }  # fmt: skip
        response = Response(html, status=status, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = "; ".join(f"{k} {v}" for k, v in policy.items())
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response

    def script(self) -> Response:
        """Answer the small script that fills a test card without a round trip."""
        source = (HERE / "templates" / "checkout.js").read_text(encoding="utf-8")
        return Response(source, content_type="text/javascript; charset=utf-8")

    def show(self, base: str, identifier: str) -> Response:
        """Show the page to pay on, or what has become of the session."""
        with self._store.read() as whole:
            tx = whole.owner(identifier)
            session = tx.find("checkout.session", identifier)
            private = tx.private(identifier)
            customer = tx.find("customer", session["customer"] or "") if session else None
        if session is None or session["status"] != "open":
            return self._over(base, session)
        email = session["customer_email"] or (customer or {}).get("email") or ""
        return self._form(base, session, private, CardForm(email=email))

    def _over(self, base: str, session: Json | None) -> Response:
        status = 404 if session is None else 200
        return self.render("over.html", base=base, status=status, session=session, way=_way_out(session))

    def _form(self, base: str, session: Json, private: Json, form: CardForm, *, status: int = 200) -> Response:
        lines = list(zip(private["line_items"]["data"], private["products"], strict=True))
        return self.card_page(base, session, lines, form, action=f"{base}/c/pay/{session['id']}", status=status)

    def card_page(
        self, base: str, session: Json, lines: list[tuple[Json, Json]], form: CardForm, *, action: str, status: int
    ) -> Response:
        """Show what is to be paid and the card form that posts to `action`.

        Args:
            base: The sandbox's own address.
            session: A Checkout Session, or what an invoice has of one.
            lines: What is bought, with its product.
            form: What was typed so far.
            action: Where the form goes.
            status: The answer's.

        """
        image = next(iter(lines[0][1].get("images", [])), None)
        return self.render(
            "checkout.html",
            base=base,
            status=status,
            leads_to=origin(session.get("success_url")),
            images=origin(image),
            session=session,
            action=action,
            lines=lines,
            payee=_payee(session),
            note=((session.get("custom_text") or {}).get("submit") or {}).get("message"),
            way=session.get("cancel_url"),
            form=form,
            cards=[(card, card.outcome.value) for card in OFFERED],
            countries=country_names(self._look.gettext),
        )

    @property
    def gettext(self) -> Gettext:
        """Translates what people read."""
        return self._look.gettext

    def pay(self, request: Request, base: str, identifier: str) -> Response:
        """Take a posted card: fill in a test card, or attempt to pay. A second submit pays nothing more."""
        form, card, now = CardForm.read(request.form), None, self._store.now()
        if request.form.get("fill"):
            form.fill(request.form["fill"], now)
        else:
            card = form.check(now, self._look.gettext)
        # Words are chosen before the write turn is taken: a translator may do anything.
        refusal = decline_message(card.decline, self._look.gettext) if card and card.decline else None
        with self._store.write() as whole:
            tx = whole.owner(identifier)
            session = tx.find("checkout.session", identifier)
            private = tx.private(identifier)
            if card is not None and session is not None and session["status"] == "open":
                self._attempt(tx, session, card, form.payer(), refusal)
        if refusal:
            form.errors[refusal[0]] = refusal[1]
        return self._after(base, session, private, form)

    @staticmethod
    def _attempt(tx: Tx, session: Json, card: Card, payer: Json, refusal: tuple[str, str] | None) -> None:
        if tx.now >= session["expires_at"]:
            end_due(tx)
            session.update(tx.get("checkout.session", session["id"]))
        elif refusal:
            intents.decline(tx, checkouts.intent_of(tx, session), card, payer, refusal[1])
        elif card.secure:
            intents.ask_for_proof(tx, checkouts.intent_of(tx, session), f"{session['url']}/3ds")
            tx.remember(session["id"], {**tx.private(session["id"]), "payer": payer})
            session["under_proof"] = True
        else:
            checkouts.complete(tx, session, card, payer)

    def _after(self, base: str, session: Json | None, private: Json, form: CardForm) -> Response:
        if session is None or session["status"] == "expired":
            return self._over(base, session)
        if session["status"] == "complete":
            return redirect(_way_out(session) or base, 303)
        if "under_proof" in session:
            return redirect(f"{base}/c/pay/{session['id']}/3ds", 303)
        return self._form(base, session, private, form, status=422 if form.errors else 200)

    def secure(self, base: str, identifier: str) -> Response:
        """Show the 3-D Secure step, when one is under way."""
        with self._store.read() as whole:
            tx = whole.owner(identifier)
            session = tx.find("checkout.session", identifier)
            asked = session is not None and _under_proof(tx, session)
        if session is None or session["status"] == "expired":
            return self._over(base, session)
        if not asked:
            return redirect(_way_out(session) or f"{base}/c/pay/{identifier}", 303)
        return self.render(
            "secure.html",
            base=base,
            leads_to=origin(session["success_url"]),
            action=f"{base}/c/pay/{identifier}/3ds",
            amount=session["amount_total"],
            currency=session["currency"],
            payee=_payee(session),
        )

    def prove(self, request: Request, base: str, identifier: str) -> Response:
        """Take the answer of the 3-D Secure step."""
        form = CardForm()
        passed = request.form.get("answer") == "complete"
        failure = self._look.gettext("We could not confirm this card with your bank. Try another card.")
        with self._store.write() as whole:
            tx = whole.owner(identifier)
            session = tx.find("checkout.session", identifier)
            private = tx.private(identifier)
            if session is not None and _under_proof(tx, session):
                form = CardForm.recall(private["payer"])
                card = lookup(private["payer"]["card"])
                if passed and card is not None:
                    checkouts.complete(tx, session, card, private["payer"])
                else:
                    form.errors["card"] = failure
                    intents.fail_proof(tx, checkouts.intent_of(tx, session), failure)
        return self._after(base, session, private, form)


def _payee(session: Json) -> str | None:
    """Return the name that was asked for, None where the sandbox's own stands."""
    name: str = (session.get("branding_settings") or {}).get("display_name", UNNAMED)
    return None if name == UNNAMED else name


def _under_proof(tx: Tx, session: Json) -> bool:
    known = checkouts.begun(tx, session)
    if session["status"] != "open" or not known:
        return False
    return bool(tx.get("payment_intent", known)["status"] == "requires_action")


def _way_out(session: Json | None) -> str | None:
    """Return where a finished session leads, None while it is open."""
    if session is None:
        return None
    if session["status"] == "complete":
        return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
    return session["cancel_url"] if session["status"] == "expired" else None
