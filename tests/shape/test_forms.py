"""What every form owes: blanks are no answer where one is asked for."""

from collections.abc import Iterator

from flask import Flask
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField, TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, InputRequired

TEXTS = {EmailField, StringField, TextAreaField}  # others read what was typed themselves


def _forms(base: type = FlaskForm) -> Iterator[type]:
    for form in base.__subclasses__():
        yield form
        yield from _forms(form)


def test_no_text_takes_blanks_for_an_answer(built: Flask) -> None:
    """`InputRequired` is content with a space, `DataRequired` with what stood there before."""
    assert built
    seen, wrong = 0, []
    for form in {one for one in _forms() if one.__module__.startswith("community.")}:
        for name, field in vars(form).items():
            if not isinstance(field, UnboundField) or field.field_class not in TEXTS:
                continue
            seen += 1
            given = [*field.args, *field.kwargs.values()]
            checks = [one for each in given if isinstance(each, list | tuple) for one in each]
            wrong += [f"{form.__name__}.{name}" for one in checks if type(one) in {InputRequired, DataRequired}]
    assert seen > 60
    assert wrong == []
