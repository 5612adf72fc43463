"""Files: the same on a folder and on S3, and nothing is kept for a write that failed."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from community.core import files
from community.core.breaker import ServiceAwayError
from community.core.db import db, writing
from community.core.files import FileStore, Folder
from tests.services import spaces

STORES = ["folder", *(["s3"] if os.environ.get("TEST_S3_URL") else [])]


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path, app: Flask) -> Iterator[FileStore]:
    if request.param == "folder":
        yield Folder(tmp_path)
        return
    from community.core.files_s3 import S3

    url = f"{os.environ['TEST_S3_URL'].rpartition('/')[0]}/files-{spaces.WORKER}"
    spaces.make_bucket(url)
    bucket = S3(url)
    with app.app_context():
        yield bucket
        for name in list(bucket.names()):
            bucket.delete(name)


def test_what_is_put_is_there_until_deleted(store: FileStore) -> None:
    store.put(b"first", "ab12.webp")
    store.put(b"second", "cd34.webp")
    store.put(b"second again", "cd34.webp")
    assert store.get("ab12.webp") == b"first"
    assert store.get("cd34.webp") == b"second again"
    assert sorted(store.names()) == ["ab12.webp", "cd34.webp"]
    store.delete("ab12.webp")
    store.delete("ab12.webp")
    assert store.get("ab12.webp") is None
    assert list(store.names()) == ["cd34.webp"]


@pytest.mark.parametrize("name", ["../secret_key", "a/b.webp", "", "a.b.c", ".webp/.."])
def test_only_names_of_ours(store: FileStore, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        store.get(name)


def test_a_failed_write_keeps_no_file(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(RuntimeError), files.kept([b"a picture"], ".webp") as names, writing():
            assert files.files().get(names[0]) == b"a picture"
            raise RuntimeError("refused")
        db.session.rollback()
        assert files.files().get(names[0]) is None


def test_s3_is_not_called_in_a_transaction_and_not_waited_for(app: Flask, monkeypatch: Any) -> None:
    from community.core.files_s3 import S3

    nobody = S3("http://key:secret@127.0.0.1:9/bucket")
    with app.app_context():
        with writing(), pytest.raises(RuntimeError, match="transaction"):
            nobody.put(b"x", "ab12.webp")
        for _ in range(3):
            with pytest.raises(ServiceAwayError):
                nobody.get("ab12.webp")
