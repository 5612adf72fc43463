"""What keeps the house in order and no linter knows: sizes, guarded routes, queries with a viewer, templates.

Run by `make check`; prints one line a finding and fails when there is one.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

MOST_LINES = 300
MOST_FUNCTION_LINES = 40
WRITE_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
QUERIES_WITHOUT_VIEWER = "bin/queries-without-viewer.txt"


def findings(root: Path) -> Iterator[str]:
    """Everything that is out of order below `root`."""
    for path in sorted((root / "community").rglob("*.py")):
        yield from _python(path, root)
    for path in sorted((root / "tests").rglob("*.py")):
        yield from _size(path, root)
    for path in sorted((root / "templates").rglob("*.html")):
        yield from _template(path, root)


def _python(path: Path, root: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    yield from _size(path, root)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and (length := _length(node)) > MOST_FUNCTION_LINES:
            where = f"{path.relative_to(root)}:{node.lineno}: {node.name}"
            yield f"{where} has {length} lines, {MOST_FUNCTION_LINES} at most"
    if "sandbox" in path.parts:
        return
    if path.name in {"api.py", "desk.py", "dev.py"} or path.name.endswith("routes.py"):
        yield from _routes(tree, path, root)
    if path.name == "queries.py":
        yield from _queries(tree, path, root)


def _size(path: Path, root: Path) -> Iterator[str]:
    lines = len(path.read_text().splitlines())
    if lines > MOST_LINES:
        yield f"{path.relative_to(root)}: {lines} lines, {MOST_LINES} at most"


def _length(node: ast.FunctionDef) -> int:
    """Lines of a function without its docstring."""
    body = node.body
    documented = ast.get_docstring(node) is not None
    first = body[1].lineno if documented and len(body) > 1 else body[0].lineno
    return (node.end_lineno or first) - first + 1 + (first > node.lineno)


def _routes(tree: ast.Module, path: Path, root: Path) -> Iterator[str]:
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        routes = [d for d in node.decorator_list if _is_route(d)]
        names = {_name(d) for d in node.decorator_list}
        where = f"{path.relative_to(root)}:{node.lineno}: {node.name}"
        if routes and "policy" not in names:
            yield f"{where} has no @policy"
        if any(_methods(route) & WRITE_METHODS for route in routes) and "writes" not in names:
            yield f"{where} changes data without @writes"


def _is_route(decorator: ast.expr) -> bool:
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return (
        isinstance(call, ast.Attribute)
        and call.attr in {"route", "get", "post", "put", "patch", "delete"}
        and (isinstance(call.value, ast.Name) and call.value.id == "bp")
    )


def _methods(decorator: ast.expr) -> set[str]:
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return set()
    if decorator.func.attr != "route":
        return {decorator.func.attr.upper()}
    given = next((k.value for k in decorator.keywords if k.arg == "methods"), None)
    if not isinstance(given, ast.List):
        return {"GET"}
    return {str(item.value) for item in given.elts if isinstance(item, ast.Constant)}


def _name(decorator: ast.expr) -> str:
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "")


def _queries(tree: ast.Module, path: Path, root: Path) -> Iterator[str]:
    known = _without_viewer(root)
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        arguments = {a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
        name = f"{path.parent.name}.{node.name}"
        if not arguments & {"viewer", "person"} and name not in known:
            where = f"{path.relative_to(root)}:{node.lineno}"
            yield f"{where}: query {name} takes no viewer and is not in {QUERIES_WITHOUT_VIEWER}"


def _without_viewer(root: Path) -> set[str]:
    """Queries that read nothing of anybody, or run for the site itself: one a line, with the reason behind a #."""
    lines = (root / QUERIES_WITHOUT_VIEWER).read_text().splitlines()
    return {line.split("#")[0].strip() for line in lines}


_INLINE = re.compile(r"""<[^>]*\s(style|on[a-z]+)\s*=\s*["']""")
_SCRIPT = re.compile(r"<(script|style)\b(?![^>]*nonce)[^>]*>")


def _template(path: Path, root: Path) -> Iterator[str]:
    text = path.read_text()
    where = path.relative_to(root)
    mail = "mail" in path.parts
    if not mail and _INLINE.search(text):
        yield f"{where}: inline style or handler: the content policy blocks it"
    if not mail and _SCRIPT.search(text):
        yield f"{where}: a script or style without its nonce"
    extends = re.search(r'{%-?\s*extends\s+"([^"]+)"', text)
    is_page = extends is not None and extends.group(1) == "base.html" and not path.name.startswith("_")
    if is_page and "{% block title %}" not in text:
        yield f"{where}: a page without a title"


def main() -> int:
    """Print the findings; 1 when there are any."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    found = list(findings(root))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
