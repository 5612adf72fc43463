"""Selects of ours are written as WTForms writes them."""

import pytest
from wtforms import Form
from wtforms import SelectField as Plain
from wtforms.fields.choices import SelectChoice

from community.core.choices import SelectField

HOSTILE = """<b>"Tom & Co's"</b>"""


@pytest.mark.parametrize("chosen", ["", HOSTILE, "2", "nobody offers this"])
@pytest.mark.parametrize("group", [None, HOSTILE])
def test_the_same_html(chosen: str, group: str | None) -> None:
    choices = [SelectChoice(value, f"{value}!", optgroup=group) for value in ("", HOSTILE, "2")]
    choices.append(SelectChoice("3", "Three", render_kw={"disabled": True}, optgroup=group))

    def written(kind: type[Plain]) -> str:
        form = type("Asked", (Form,), {"what": kind(choices=choices)})
        return str(form(data={"what": chosen}).what())

    assert written(SelectField) == written(Plain)
    assert "&lt;b&gt;" in written(SelectField)
