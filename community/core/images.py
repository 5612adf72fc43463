"""Images people upload: decoded by content, turned upright, shrunk and encoded anew. Nothing of the original stays."""

import io
import warnings

from flask_babel import lazy_gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from community.core.errors import Refused

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 1600
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def reencode(content: bytes, *, max_side: int = MAX_SIDE) -> bytes:
    """`content` as a WebP of at most `max_side` pixels a side, without metadata.

    Raises `Refused("bad_image")` for anything that is not a JPEG, PNG, WebP or GIF of reasonable size.
    """
    if len(content) > MAX_BYTES:
        raise Refused("bad_image", _("The picture is larger than 8 MB. Please send a smaller one."), 422)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _encode(content, max_side)
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Warning,
    ) as error:
        raise Refused("bad_image", _("This is not a picture we can read. JPEG, PNG and WebP work."), 422) from error


def _encode(content: bytes, max_side: int) -> bytes:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        opened.draft("RGB", (max_side * 2, max_side * 2))
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((max_side, max_side))
        plain = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()
