"""A part of each shared service for one worker of the tests: a Redis database, an index namespace, a bucket.

The addresses come from `TEST_REDIS_URL`, `TEST_ELASTICSEARCH_URL` and `TEST_S3_URL`; where one is not set, that service
is not used.
"""

import os
import re
from urllib.parse import urlsplit, urlunsplit

import redis
import requests

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "master")
# Two runs at once on the same services: `bin/test` gives each its own number.
RUN = int(os.environ.get("TEST_RUN", "0"))
_WORKERS = 5


def settings_for(worker: str = WORKER) -> dict[str, str]:
    """The addresses in the settings of this worker of pytest-xdist (`gw0`, …; `master` without)."""
    given = {
        "redis_url": _with_path(os.environ.get("TEST_REDIS_URL", ""), str(redis_database(worker))),
        "elasticsearch_url": _with_path(os.environ.get("TEST_ELASTICSEARCH_URL", ""), f"linchpin_test_{RUN}{worker}"),
        "s3_url": _with_path(os.environ.get("TEST_S3_URL", ""), f"linchpin-test-{RUN}{worker}"),
    }
    return {name: url for name, url in given.items() if url}


def redis_database(worker: str) -> int:
    """Its number: workers have those from 1 on. 0 is nobody's, so that a site's own Redis keeps what it has."""
    number = re.fullmatch(r"gw(\d+)", worker)
    return 1 + RUN * _WORKERS + (int(number.group(1)) if number else 0)


def _with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}")) if url else ""


def empty(settings: dict[str, str]) -> None:
    """Leave nothing of an earlier run, and make the bucket."""
    if url := settings.get("redis_url"):
        with redis.Redis.from_url(url) as client:
            client.flushdb()
    if url := settings.get("elasticsearch_url"):
        _drop_indices(url)
    if url := settings.get("s3_url"):
        make_bucket(url)


def _drop_indices(url: str) -> None:
    host, _, namespace = url.rpartition("/")
    found = requests.get(f"{host}/_cat/indices/{namespace}*?format=json&expand_wildcards=all", timeout=30)
    for index in found.json():
        requests.delete(f"{host}/{index['index']}", timeout=30).raise_for_status()


def make_bucket(url: str) -> None:
    """The bucket of an address as `http://key:secret@host:port/bucket`; fine when it is there."""
    import boto3

    parts = urlsplit(url)
    client = boto3.client(
        "s3",
        endpoint_url=f"{parts.scheme}://{parts.hostname}:{parts.port}",
        aws_access_key_id=parts.username,
        aws_secret_access_key=parts.password,
        region_name="us-east-1",
    )
    bucket = parts.path.strip("/")
    if bucket not in {one["Name"] for one in client.list_buckets()["Buckets"]}:
        client.create_bucket(Bucket=bucket)
