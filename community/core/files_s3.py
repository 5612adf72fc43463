"""Files in a bucket of an S3-compatible store."""

from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from community.core.breaker import Breaker
from community.core.db import refuse_in_transaction
from community.core.files import checked

# Seconds. A picture that does not come is a picture missing on a page: better soon than late.
CONNECT, READ = 0.5, 1.0
_GONE = {"404", "NoSuchKey"}


class S3:
    """A bucket named by an address: `https://KEY:SECRET@host/bucket?region=eu-west-1`, or `s3://bucket?region=…` for
    Amazon's own with the credentials that the machine has.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.bucket = parts.netloc if parts.scheme == "s3" else parts.path.strip("/")
        region = parse_qs(parts.query).get("region", ["us-east-1"])[0]
        port = f":{parts.port}" if parts.port else ""
        self._client = boto3.client(
            "s3",
            endpoint_url=None if parts.scheme == "s3" else f"{parts.scheme}://{parts.hostname}{port}",
            region_name=region,
            aws_access_key_id=unquote(parts.username) if parts.username else None,
            aws_secret_access_key=unquote(parts.password) if parts.password else None,
            config=Config(
                connect_timeout=CONNECT,
                read_timeout=READ,
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
                max_pool_connections=20,
            ),
        )
        self._breaker = Breaker("s3", (BotoCoreError,))

    def put(self, content: bytes, name: str) -> None:
        """Store an object."""
        refuse_in_transaction()
        key = checked(name)
        self._breaker.call(lambda: self._client.put_object(Bucket=self.bucket, Key=key, Body=content))

    def get(self, name: str) -> bytes | None:
        """An object's content, or None."""
        refuse_in_transaction()
        key = checked(name)
        return self._breaker.call(lambda: self._read(key))

    def _read(self, key: str) -> bytes | None:
        try:
            found: bytes = self._client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _GONE:
                return None
            raise
        return found

    def delete(self, name: str) -> None:
        """Forget an object."""
        refuse_in_transaction()
        key = checked(name)
        self._breaker.call(lambda: self._client.delete_object(Bucket=self.bucket, Key=key))

    def names(self) -> Iterator[str]:
        """Every object's name."""
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
            yield from (str(each["Key"]) for each in page.get("Contents", []))
