"""Fields that understand money, days and shares as people type them; faults stand at the field in plain words."""

import re
from datetime import date
from typing import Any

from flask_babel import gettext
from wtforms import StringField
from wtforms.validators import ValidationError

from community.core.site import settings
from community.income import sheets

SHARE = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?", re.A)


class AmountField(StringField):
    """Money as people type it. `amount` is what was understood, minor units; with `least` not less than that."""

    amount = 0

    def __init__(self, *args: Any, least: int | None = None, **kwargs: Any) -> None:
        self._least = least
        super().__init__(*args, **kwargs)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms gives it
        """Understand it. Nothing typed is the validators' business."""
        text = (self.data or "").strip()
        if not text or (self._least == 0 and not text.strip("0.,")):
            return
        try:
            self.amount = sheets.parse_amount(text, settings().currency)
        except sheets.Wrong as wrong:
            raise ValidationError(str(wrong)) from wrong
        if self._least is not None and self.amount < self._least:
            raise ValidationError(gettext("This can't be less than nothing."))

    @property
    def said(self) -> int | None:
        """The amount, None where nothing was typed."""
        return self.amount if (self.data or "").strip() else None


class DayField(StringField):
    """A day that has come. `day` is what was understood."""

    day = date.min

    def pre_validate(self, form: Any) -> None:
        """Understand it."""
        text = (self.data or "").strip()
        if text:
            try:
                self.day = sheets.parse_day(text, today=form.today)
            except sheets.Wrong as wrong:
                raise ValidationError(str(wrong)) from wrong


class ShareField(StringField):
    """Per cent as people type it, up to `most`. `points` is what was understood, basis points."""

    points = 0

    def __init__(self, *args: Any, most: int = 100, **kwargs: Any) -> None:
        self._most = most
        super().__init__(*args, **kwargs)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Understand it; nothing typed is nothing."""
        found = SHARE.fullmatch((self.data or "0").strip().rstrip("% ").replace(",", ".") or "0")
        points = int(found[1]) * 100 + int(((found[2] or "") + "00")[:2]) if found else -1
        if not 0 <= points <= self._most * 100:
            raise ValidationError(gettext("A share from 0 to %(most)s, such as 22 or 7.5.", most=self._most))
        self.points = points


class WholeField(StringField):
    """A whole number from `least` to `most`. `number` is what was understood."""

    number = 0

    def __init__(self, *args: Any, least: int, most: int, **kwargs: Any) -> None:
        self._least, self._most = least, most
        super().__init__(*args, **kwargs)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Understand it."""
        text = (self.data or "").strip()
        if not (text.isascii() and text.isdigit() and self._least <= int(text) <= self._most):
            raise ValidationError(
                gettext("A whole number from %(least)s to %(most)s.", least=self._least, most=self._most)
            )
        self.number = int(text)
