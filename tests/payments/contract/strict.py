"""Stripe's whole specification with `additionalProperties: false` in every body, for stripe-mock: nested typos refused.

python -m tests.payments.contract.strict MODULE_FOLDER > strict.json
stripe-mock -http-port 12111 -spec strict.json -fixtures MODULE_FOLDER/embedded/openapi/fixtures3.json
"""

import json
import sys
from pathlib import Path
from typing import Any

from tests.payments.contract.excerpt import GONE, NEWER, SPEC


def close(schema: Any) -> None:
    """Let no object have names beyond those listed."""
    if isinstance(schema, list):
        for one in schema:
            close(one)
    elif isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
        for one in schema.values():
            close(one)


def strict(folder: Path) -> Any:
    """The specification, closed, with what the SDK's newer version has."""
    spec = json.loads((folder / SPEC).read_text())
    bodies = {}
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                bodies[f"{method.upper()} {path}"] = content["schema"]
    for place, name, schema in NEWER:
        if place in bodies:
            bodies[place]["properties"][name] = schema
    for place, name in GONE:
        bodies[place]["properties"].pop(name, None)
    for schema in bodies.values():
        close(schema)
    return spec


if __name__ == "__main__":
    json.dump(strict(Path(sys.argv[1])), sys.stdout)
