"""A field in which something must be typed."""

from typing import Any

from wtforms.validators import InputRequired, StopValidation


class Filled(InputRequired):
    """Asks for words: neither blanks nor what stood there before count, as they do for `InputRequired` and
    `DataRequired`.
    """

    def __call__(self, form: Any, field: Any) -> None:
        """Stop with the message where only blanks were typed, or nothing."""
        typed = field.raw_data[0] if field.raw_data else None
        if isinstance(typed, str) and not typed.strip():
            field.errors[:] = []
            raise StopValidation(self.message or field.gettext("This field is required."))
        super().__call__(form, field)
