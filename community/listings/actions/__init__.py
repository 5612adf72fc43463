"""Changing listings. Every change announces `ListingChanged`."""

from community.listings.actions.making import copy_as, create, edit, what_is_missing
from community.listings.actions.moving import archive, classify, pause, publish
from community.listings.actions.parts import (
    PackageOffer,
    Picture,
    set_addons,
    set_file,
    set_lengths,
    set_packages,
    set_pictures,
)

__all__ = [
    "PackageOffer",
    "Picture",
    "archive",
    "classify",
    "copy_as",
    "create",
    "edit",
    "pause",
    "publish",
    "set_addons",
    "set_file",
    "set_lengths",
    "set_packages",
    "set_pictures",
    "what_is_missing",
]
