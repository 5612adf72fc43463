"""What is said to the bank in one's own words."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from community.disputes.evidence import MOST


class WordsForm(FlaskForm):  # type: ignore[misc]
    """What the booking does not say by itself."""

    words = TextAreaField(
        _("In your own words"),
        [Length(max=MOST, message=_("That is too long: 20,000 letters at most."))],
        description=_("What happened, in order, without anger. The bank’s people read many of these in a day."),
        render_kw={"rows": 8, "maxlength": MOST},
    )
