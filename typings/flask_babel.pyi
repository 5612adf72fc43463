# The part of Flask-Babel that is used here; the package ships no types.
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from babel import Locale
from flask import Flask

class Babel:
    def __init__(self, app: Flask | None = ..., **options: Any) -> None: ...
    def init_app(
        self,
        app: Flask,
        *,
        locale_selector: Callable[[], str | None] | None = ...,
        timezone_selector: Callable[[], str | None] | None = ...,
        **options: Any,
    ) -> None: ...

def gettext(message: str, **values: Any) -> str: ...
def ngettext(singular: str, plural: str, num: int, **values: Any) -> str: ...
def lazy_gettext(message: str, **values: Any) -> str: ...
def get_locale() -> Locale: ...
def force_locale(locale: str) -> AbstractContextManager[None]: ...
