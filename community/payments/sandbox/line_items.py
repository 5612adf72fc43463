"""What a Checkout is for: its line items, by a price's id or by `price_data`."""

from .billing.prices import RECURRING, make_price
from .errors import ApiError, unsupported
from .money import check_currency, check_digits
from .params import Reader, choice, fields, integer, list_of, metadata, text, url
from .records import Json, Tx, new_id

PRODUCT: Reader = fields(
    {"name": text(250)}, {"description": text(500), "images": list_of(url, 8), "metadata": metadata}
)
PRICE: Reader = fields(
    {"currency": text(3), "unit_amount": integer(0)},
    {
        "product": text(200),
        "product_data": PRODUCT,
        "recurring": RECURRING,
        "tax_behavior": choice("inclusive", "exclusive", "unspecified"),
    },
)
ITEMS: Reader = list_of(fields({"quantity": integer(1)}, {"price": text(200), "price_data": PRICE}))


def lay_out(tx: Tx, items: list[Json], mode: str) -> tuple[list[Json], list[Json], str]:
    """Return lines, the product of each, and their currency.

    Raises:
        ApiError: nothing to buy, several currencies, or a price of the wrong kind for the mode.

    """
    if not items:
        raise ApiError(
            "Missing required param: line_items.", code="parameter_missing", param="line_items", stored=False
        )
    found = [_one(tx, item, f"line_items[{place}]", mode) for place, item in enumerate(items)]
    lines, products = [line for line, _ in found], [product for _, product in found]
    currencies = {line["currency"] for line in lines}
    if len(currencies) > 1:
        raise ApiError("All line items must have the same currency.", param="line_items", stored=False)
    recurring = [line for line in lines if (line["price"] or {}).get("recurring")]
    if mode == "subscription" and recurring and len(recurring) < len(lines):
        raise unsupported("one-time prices beside a subscription's", "line_items")
    if mode == "subscription" and not recurring:
        message = "You must provide at least one recurring price in `subscription` mode when using prices."
        raise ApiError(message, param="line_items", stored=False)
    return lines, products, currencies.pop()


def _one(tx: Tx, item: Json, where: str, mode: str) -> tuple[Json, Json]:
    data = item.get("price_data")
    if data is None or "product" in data or mode == "subscription":
        price = _price(tx, item, where)
        product = tx.get("product", price["product"])
    else:
        price, product = None, _product(data, where)
        check_digits(data["unit_amount"], check_currency(data["currency"], f"{where}[price_data][currency]"),
                     f"{where}[price_data][unit_amount]")  # fmt: skip
    if mode == "payment" and ((price or {}).get("recurring") or (data or {}).get("recurring")):
        message = "You must use `subscription` mode with a recurring price."
        raise ApiError(message, param=where, stored=False)
    money = price or data or {}
    total = money["unit_amount"] * item["quantity"]
    line = {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": money["currency"].lower(),
        "description": product["name"],
        "metadata": {},
        "price": price,
        "quantity": item["quantity"],
    }
    return line, {name: product[name] for name in ("name", "description", "images") if product.get(name)}


def _price(tx: Tx, item: Json, where: str) -> Json:
    if "price" in item:
        return tx.named("price", item["price"], f"{where}[price]")
    if "price_data" not in item:
        message = f"Missing required param: {where}[price]."
        raise ApiError(message, code="parameter_missing", param=f"{where}[price]", stored=False)
    return make_price(tx, item["price_data"], f"{where}[price_data]")


def _product(data: Json, where: str) -> Json:
    if "product_data" not in data:
        message = f"You must specify either `product` or `product_data` in {where}[price_data]."
        raise ApiError(message, code="parameter_missing", param=f"{where}[price_data][product]", stored=False)
    product: Json = data["product_data"]
    return product
