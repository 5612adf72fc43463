"""Cuts Stripe's published OpenAPI down to the operations that the sandbox has, and keeps it beside this file.

    go install github.com/stripe/stripe-mock@v0.203.0
    python -m tests.payments.contract.excerpt "$(go env GOMODCACHE)/github.com/stripe/stripe-mock@v0.203.0"

The file says where it comes from. Left out: words, lengths, what no request of ours and no object of the sandbox can
reach. The SDK speaks a newer version than the published file; `NEWER` says what it adds, from the SDK's own types.
"""

import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

from community.payments.sandbox.endpoints import ENDPOINTS

HERE = Path(__file__).parent
FILE = HERE / "stripe.json.gz"
SPEC = "embedded/openapi/spec3.json"
KEPT = ("type", "enum", "required", "nullable", "items", "properties", "anyOf", "$ref", "additionalProperties")
CARDS_ONLY: Any = {"type": "array", "items": {"type": "string"}}
# (operation or schema, name, schema): what 2026-10-28.endive has and 2026-08-26.dahlia has not.
NEWER = (
    ("POST /v1/checkout/sessions", "allowed_payment_method_types", CARDS_ONLY),
    ("checkout.session", "allowed_payment_method_types", {**CARDS_ONLY, "nullable": True}),
)
# What the newer version has no more.
GONE = (("POST /v1/checkout/sessions", "payment_method_types"),)


def plain(path: str) -> str:
    """A path with its parameters unnamed."""
    return re.sub(r"<[^>]*>|\{[^}]*\}", "{}", path)


class Cutter:
    """Copies what is reachable."""

    def __init__(self, spec: Any) -> None:
        self.schemas = spec["components"]["schemas"]
        self.paths = {plain(path): operations for path, operations in spec["paths"].items()}
        self.kept: dict[str, Any] = {}
        self.kinds: set[str] = set()

    def run(self) -> dict[str, Any]:
        operations = {f"{one.method} {plain(one.path)}": self._at(one) for one in ENDPOINTS}
        for operation in operations.values():
            self._name_kinds(self._answer(operation))
        return {name: self._operation(one) for name, one in sorted(operations.items())}

    def _at(self, endpoint: Any) -> Any:
        return self.paths[plain(endpoint.path)][endpoint.method.lower()]

    @staticmethod
    def _answer(operation: Any) -> Any:
        return operation["responses"]["200"]["content"]["application/json"]["schema"]

    def _name_kinds(self, schema: Any) -> None:
        """Note what the sandbox answers, so that only that much is followed through expansion."""
        if "$ref" in schema:
            self.kinds.add(schema["$ref"].rpartition("/")[2])
        for one in [*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]:
            self._name_kinds(one)
        if "data" in schema.get("properties", {}):
            self._name_kinds(schema["properties"]["data"])

    def _operation(self, operation: Any) -> dict[str, Any]:
        body = operation.get("requestBody", {}).get("content", {})
        form = next(iter(body.values()), {"schema": {"properties": {}}})["schema"]
        query = {one["name"]: one["schema"] for one in operation.get("parameters", []) if one["in"] == "query"}
        asked = {"type": "object", "properties": {**form.get("properties", {}), **query}}
        asked["required"] = form.get("required", [])
        return {"asks": self.cut(asked), "answers": self.cut(self._answer(operation))}

    def cut(self, schema: Any) -> Any:
        """A schema without its words."""
        found = {name: schema[name] for name in KEPT if name in schema}
        if "$ref" in found:
            return {"$ref": self._keep(found["$ref"].rpartition("/")[2])}
        if "anyOf" in found:
            found["anyOf"] = [self.cut(one) for one in found["anyOf"] if self._follows(schema, one)]
        if "items" in found:
            found["items"] = self.cut(found["items"])
        if isinstance(found.get("additionalProperties"), dict):
            found["additionalProperties"] = self.cut(found["additionalProperties"])
        if "properties" in found:
            found["properties"] = {name: self.cut(one) for name, one in found["properties"].items()}
        return found

    def _follows(self, schema: Any, choice: Any) -> bool:
        name = choice.get("$ref", "").rpartition("/")[2]
        return not (name and "x-expansionResources" in schema) or name in self.kinds

    def _keep(self, name: str) -> str:
        if name not in self.kept:
            self.kept[name] = None
            self.kept[name] = self.cut(self.schemas[name])
        return name


def amend(operations: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Write the newer version's names in."""
    for place, name, schema in NEWER:
        target = operations[place]["asks"] if place in operations else schemas[place]
        target["properties"][name] = schema
    for place, name in GONE:
        operations[place]["asks"]["properties"].pop(name, None)


def main() -> None:
    source = Path(sys.argv[1])
    spec = json.loads((source / SPEC).read_text())
    cutter = Cutter(spec)
    operations = cutter.run()
    amend(operations, cutter.kept)
    body = {
        "source": f"github.com/stripe/{source.name}/{SPEC}",
        "version": spec["info"]["version"],
        "operations": operations,
        "schemas": dict(sorted(cutter.kept.items())),
    }
    FILE.write_bytes(gzip.compress(json.dumps(body, separators=(",", ":"), sort_keys=True).encode(), 9, mtime=0))
    print(f"{len(operations)} operations, {len(cutter.kept)} schemas, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
