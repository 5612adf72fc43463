"""What the routes of income and invoices are tried with."""

from tests.shape.scene import Mine, Scene
from tests.shape.targets import FORMS, GONE_NUMBER, MAKERS, Target, Targets, _simple, targets

MAKERS["income_book.remove"] = _simple("entry_id", GONE_NUMBER, "entry")
for _endpoint in ("income_imports.show", "income_imports.take", "income_imports.undo"):
    MAKERS[_endpoint] = _simple("import_id", GONE_NUMBER, "import")
for _endpoint in ("invoices.show", "invoices.pdf"):
    MAKERS[_endpoint] = _simple("ref", "invgone", "invoice")
MAKERS["invoices.of_booking"] = _simple("ref", "b-gone", "confirmed", data={"name": "Ada & Sons"})

FORMS |= {
    "income_book.index": {"day": "2026-11-03", "amount": "12", "stream": "Rent", "kind": "cost"},
    "income_plan.show": {"pay": "1750", "tax_share": "22"},
    "income_plan.move": {"jar": "tax", "way": "out", "jar_amount": "1", "jar_day": "2026-11-03"},
    "income_plan.price": {"wanted": "30000", "tax": "25", "weeks_off": "8", "hours": "20"},
    "invoices.terms": {"name": "Noor Haddad"},
}


@targets("income_export.file")
def _export(scene: Scene, role: str, mine: Mine) -> Targets:
    return {what: Target({"what": what}) for what in ("lines", "invoices", "gone")}
