"""Pictures and files that come with a message: read, and pictures encoded anew, before anything is written."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from PIL import Image
from werkzeug.datastructures import FileStorage

from community.core import images
from community.core.errors import Refused
from community.rooms import rules

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8")


@dataclass(frozen=True)
class Sent:
    """A picture or a file as it is kept: `file` is its name in the store, `size` bytes."""

    kind: str
    file: str
    file_name: str
    size: int
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Upload:
    """What came in, ready to be kept."""

    kind: str
    content: bytes
    file_name: str
    width: int | None = None
    height: int | None = None

    def kept_as(self, name: str) -> Sent:
        """The row's values, once the store has the content under `name`."""
        return Sent(self.kind, name, self.file_name, len(self.content), self.width, self.height)


def read(given: Iterable[FileStorage]) -> list[Upload]:
    """The files of a form. Raises `Refused` for too many, empty, too large, and pictures that are none."""
    found = [each for each in given if each and each.filename]
    if len(found) > rules.MOST_FILES:
        raise Refused("too_many_files", _("Five files at most in one message."), 422)
    return [_read(each) for each in found]


def _read(given: FileStorage) -> Upload:
    content = given.stream.read(rules.MOST_FILE_BYTES + 1)
    name = own_name(given.filename or "")
    if not content:
        raise Refused("empty_file", _("%(name)s is empty. Please choose it again.", name=name), 422)
    if len(content) > rules.MOST_FILE_BYTES:
        raise Refused("large_file", _("%(name)s is larger than 8 MB. A smaller one works.", name=name), 422)
    if not _is_picture(content):
        return Upload("file", content, name)
    small = images.reencode(content)
    with Image.open(io.BytesIO(small), formats=["WEBP"]) as picture:
        width, height = picture.size
    return Upload("image", small, name, width, height)


def _is_picture(content: bytes) -> bool:
    """By its first bytes: the name and what the browser says decide nothing."""
    return content.startswith(_PICTURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def own_name(given: str) -> str:
    """What the file was called where it came from, without folders and signs that no name has."""
    last = re.split(r"[/\\]", given)[-1]
    clean = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if len(clean) > 120:
        clean = f"{stem[: 119 - len(ending)]}{dot}{ending}" if dot and len(ending) < 20 else clean[:120]
    return clean or "file"
