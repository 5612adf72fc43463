"""Pictures of a listing and the file it delivers, as they were sent."""

import re

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, Field, Form, StringField
from wtforms.validators import Length, ValidationError

from community.core import images
from community.core.errors import Refused
from community.listings import rules


class KeptForm(Form):
    """A picture that is there already."""

    id = StringField()
    alt = StringField(_("What it shows"), [Length(max=160)])
    remove = BooleanField(_("Remove this picture"))


class PictureForm(Form):
    """A picture to add."""

    file = FileField(_("Picture"), render_kw={"accept": "image/jpeg,image/png,image/webp"})
    alt = StringField(_("What it shows"), [Length(max=160)])

    content: bytes | None = None

    def validate_file(self, field: Field) -> None:
        """Read and encode it anew; what the camera wrote into it is dropped."""
        if not field.data:
            return
        try:
            self.content = images.reencode(field.data.read(images.MAX_BYTES + 1))
        except Refused as refusal:
            raise ValidationError(str(refusal.message)) from refusal


def check_file(sent: FileStorage) -> None:
    """Refuse an empty file and one above 100 MB, before it is read. Raises ValidationError."""
    size = sent.stream.seek(0, 2)
    sent.stream.seek(0)
    if not size:
        raise ValidationError(gettext("This file is empty. Please choose it again."))
    if size > rules.MOST_FILE_BYTES:
        raise ValidationError(gettext("This file is larger than 100 MB. A smaller one, or a ZIP of it, works."))


def own_name(sent: FileStorage) -> str:
    """What the file was called where it came from, without folders and signs that no name has."""
    last = re.split(r"[/\\\\]", sent.filename or "")[-1]
    clean = re.sub(r"[\x00-\x1f\x7f<>:\"|?*]", "", last).strip(" .")
    if len(clean) > 120:
        stem, dot, ending = clean.rpartition(".")
        clean = f"{stem[: 119 - len(ending)]}{dot}{ending}" if dot and len(ending) < 20 else clean[:120]
    return clean or "file"
