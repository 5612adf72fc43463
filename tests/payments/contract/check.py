"""Holds requests and answers against Stripe's published OpenAPI: every name known, every required one there.

`additionalProperties: false` is understood wherever properties are listed, so that a nested typo does not pass.
"""

import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from community.payments.sandbox.params import parse
from tests.payments.contract.excerpt import FILE, plain

Schema = dict[str, Any]
JSON_TYPES = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "object": dict,
    "string": str,
}
FORM_TYPES = {
    "boolean": r"true|false",
    "integer": r"-?[0-9]+",
    "number": r"-?[0-9]+(\.[0-9]+)?",
    "string": r"[\s\S]*",
}


@cache
def contract() -> Any:
    """The excerpt."""
    return json.loads(gzip.decompress(FILE.read_bytes()))


@cache
def _patterns() -> list[tuple[str, re.Pattern[str], str]]:
    every = contract()["operations"]
    # Fixed paths first: `/v1/account` is no account's.
    ordered = sorted(every, key=lambda name: name.count("{}"))
    return [(name.split()[0], re.compile(name.split()[1].replace("{}", "[^/]+") + "$"), name) for name in ordered]


def operation(method: str, path: str) -> Schema | None:
    """What the contract says of a request's address, None when it has none such."""
    for known, pattern, name in _patterns():
        if known == method and pattern.match(plain(path)):
            found: Schema = contract()["operations"][name]
            return found
    return None


def request_faults(method: str, path: str, form: str) -> list[str]:
    """What is wrong with a request whose parameters are form-encoded."""
    found = operation(method, path)
    if found is None:
        return [f"{method} {path} is not in the contract"]
    return list(_form(parse(parse_qsl(form, keep_blank_values=True)), found["asks"], ""))


def answer_faults(method: str, path: str, body: Any) -> list[str]:
    """What is wrong with a 2xx answer."""
    found = operation(method, path)
    return list(_json(body, found["answers"], "")) if found else [f"{method} {path} is not in the contract"]


def object_faults(kind: str, body: Any) -> list[str]:
    """What is wrong with an object that was not an answer itself, such as an event's."""
    return list(_json(body, contract()["schemas"][kind], kind))


def _resolve(schema: Schema) -> Schema:
    found: Schema = contract()["schemas"][schema["$ref"]] if "$ref" in schema else schema
    return found


def _names(value: Schema, schema: Schema, where: str) -> Iterator[str]:
    known, more = schema.get("properties"), schema.get("additionalProperties")
    if known is not None and not more:
        yield from (f"{where}.{name} is unknown" for name in value if name not in known)
    yield from (f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value)


def _json(value: Any, schema: Schema, where: str) -> Iterator[str]:
    nullable = schema.get("nullable")
    schema = _resolve(schema)
    if value is None:
        if not (nullable or schema.get("nullable")):
            yield f"{where} is null"
        return
    if "anyOf" in schema:
        yield from _any(value, schema["anyOf"], where)
        return
    kind = schema.get("type", "object" if "properties" in schema else None)
    if kind and (not isinstance(value, JSON_TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        yield f"{where} is {value!r}, not {kind}"
        return
    if "enum" in schema and value not in schema["enum"] and schema["enum"] != [""]:
        yield f"{where} is {value!r}, not one of {schema['enum']}"
    if kind == "object":
        yield from _names(value, schema, where)
        known, more = schema.get("properties", {}), schema.get("additionalProperties")
        for name, one in value.items():
            if name in known or isinstance(more, dict):
                yield from _json(one, known.get(name, more), f"{where}.{name}")
    for place, one in enumerate(value if kind == "array" else []):
        yield from _json(one, schema["items"], f"{where}[{place}]")


def _any(value: Any, choices: list[Schema], where: str) -> Iterator[str]:
    """Nothing when one choice fits, else the faults of the one that is meant, or of the nearest."""
    tried: list[tuple[Schema, list[str]]] = []
    for choice in choices:
        faults = list(_json(value, choice, where))
        if not faults:
            return
        tried.append((choice, faults))
    named = value.get("object") if isinstance(value, dict) else None
    meant = [faults for choice, faults in tried if choice.get("$ref") == named]
    yield from meant[0] if meant else min((faults for _, faults in tried), key=len)


def _form(value: Any, schema: Schema, where: str) -> Iterator[str]:
    schema = _resolve(schema)
    kind = schema.get("type", "object")
    if "anyOf" in schema:
        every = [list(_form(value, choice, where)) for choice in schema["anyOf"]]
        yield from [] if any(not faults for faults in every) else max(every, key=len)
    elif kind == "array":
        yield from _form_list(value, schema, where)
    elif kind == "object":
        yield from _form_object(value, schema, where)
    elif not isinstance(value, str) or not re.fullmatch(FORM_TYPES[kind], value):
        yield f"{where} is {value!r}, not {kind}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{where} is {value!r}, not one of {schema['enum']}"


def _form_list(value: Any, schema: Schema, where: str) -> Iterator[str]:
    if isinstance(value, dict) and all(name.isdigit() for name in value):
        for name, one in value.items():
            yield from _form(one, schema["items"], f"{where}[{name}]")
    elif value != "":
        yield f"{where} is no list"


def _form_object(value: Any, schema: Schema, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} is no object"
        return
    yield from _names(value, schema, where)
    known, more = schema.get("properties", {}), schema.get("additionalProperties")
    for name, one in value.items():
        if name in known or isinstance(more, dict):
            yield from _form(one, known.get(name, more), f"{where}.{name}")
