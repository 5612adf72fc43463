"""Products and prices. https://docs.stripe.com/api/products, https://docs.stripe.com/api/prices."""

from community.payments.sandbox.endpoint import Call, Endpoint, listing, merged, post, relabelled, retrieve
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.money import check_currency, check_digits
from community.payments.sandbox.params import (
    Reader,
    boolean,
    choice,
    fields,
    integer,
    list_of,
    metadata,
    metadata_change,
    text,
    url,
)
from community.payments.sandbox.records import Json, Tx, new_id

PRODUCTS, PRICES = "/v1/products", "/v1/prices"
INTERVAL = choice("day", "week", "month", "year")
RECURRING: Reader = fields({"interval": INTERVAL}, {"interval_count": integer(1)})
LICENSED: Reader = fields(
    {"interval": INTERVAL},
    {"interval_count": integer(1), "usage_type": choice("licensed", beyond={"metered": "metered prices"})},
)
PRODUCT: dict[str, Reader] = {"description": text(40000), "images": list_of(url, 8), "metadata": metadata}
CHANGES: dict[str, Reader] = {
    "active": boolean,
    "description": text(40000, empty=True),
    "metadata": metadata_change,
    "name": text(250),
}


def make_product(tx: Tx, given: Json) -> Json:
    """Create a product."""
    empty = ("default_price", "package_dimensions", "shippable", "statement_descriptor", "tax_code", "unit_label")
    body = dict.fromkeys(empty) | {
        "id": new_id("prod"),
        "object": "product",
        "active": True,
        "created": tx.now,
        "description": given.get("description"),
        "images": given.get("images", []),
        "livemode": False,
        "marketing_features": [],
        "metadata": merged({}, given.get("metadata", {})),
        "name": given["name"],
        "updated": tx.now,
        "url": None,
    }
    tx.add(body)
    tx.emit("product.created", body)
    return body


def make_price(tx: Tx, given: Json, where: str = "") -> Json:
    """Create a price, of a product that is there or with one of its own; `where` is what a refusal calls it."""

    def name(field: str) -> str:
        return f"{where}[{field}]" if where else field

    currency = check_currency(given["currency"], name("currency"))
    check_digits(given["unit_amount"], currency, name("unit_amount"))
    if "product" in given:
        product = tx.named("product", given["product"], name("product"))
    elif "product_data" in given:
        product = make_product(tx, given["product_data"])
    else:
        message = f"You must specify either `{name('product')}` or `{name('product_data')}`."
        raise ApiError(message, code="parameter_missing", param=name("product"), stored=False)
    recurring = given.get("recurring")
    body = dict.fromkeys(("custom_unit_amount", "lookup_key", "nickname", "tiers_mode", "transform_quantity")) | {
        "id": new_id("price"),
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": tx.now,
        "currency": currency,
        "livemode": False,
        "metadata": merged({}, given.get("metadata", {})),
        "product": product["id"],
        "recurring": _recurring(recurring) if recurring else None,
        "tax_behavior": given.get("tax_behavior", "unspecified"),
        "type": "recurring" if recurring else "one_time",
        "unit_amount": given["unit_amount"],
        "unit_amount_decimal": str(given["unit_amount"]),
    }
    tx.add(body)
    tx.emit("price.created", body)
    return body


def _recurring(given: Json) -> Json:
    return {
        "interval": given["interval"],
        "interval_count": given.get("interval_count", 1),
        "meter": None,
        "usage_type": "licensed",
    }


def _update(call: Call) -> Json:
    body = call.tx.get("product", call.id, "product")
    for name in ("active", "name", "description"):
        if name in call.given:
            body[name] = call.given[name] if call.given[name] != "" else None
    if "metadata" in call.given:
        body["metadata"] = merged(body["metadata"], call.given["metadata"])
    body["updated"] = call.tx.now
    call.tx.rewrite(body)
    call.tx.emit("product.updated", body)
    return body


ENDPOINTS: tuple[Endpoint, ...] = (
    post(PRODUCTS, lambda call: make_product(call.tx, call.given), PRODUCT, needed={"name": text(250)}),
    listing(PRODUCTS, "product"),
    retrieve(PRODUCTS, "product", "product"),
    post(f"{PRODUCTS}/<id>", _update, CHANGES),
    post(
        PRICES,
        lambda call: make_price(call.tx, call.given),
        {
            "metadata": metadata,
            "product": text(200),
            "product_data": fields({"name": text(250)}, {"metadata": metadata}),
            "recurring": LICENSED,
            "tax_behavior": choice("inclusive", "exclusive", "unspecified"),
        },
        needed={"currency": text(3), "unit_amount": integer(0)},
    ),
    listing(PRICES, "price", {"product": text(200), "currency": text(3), "type": choice("one_time", "recurring")}),
    retrieve(PRICES, "price", "price"),
    relabelled(PRICES, "price", "price"),
)
