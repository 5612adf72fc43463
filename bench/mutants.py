"""Small mistakes in a file, one at a time: drawn from its syntax tree, and put in place of the code that runs."""

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType

SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Pow: ast.Mult,
}  # fmt: skip
# Words for people and the log: what they say is not what is tried here.
WORDS = {"_", "gettext", "log"}


Site = tuple[int, str, Callable[[], object]]


@dataclass(frozen=True)
class Mutant:
    """One mistake: where, in which function (by its first line; 0 is the module itself), and what; `top` and `number`
    find it in the file's tree, `name` is what its statement makes.
    """

    path: str
    line: int
    function: int
    what: str
    top: int
    number: int
    name: str

    def tree(self) -> ast.Module:
        """The file with it."""
        made = ast.parse(Path(self.path).read_text())
        _line, what, do = list(_sites(made.body[self.top]))[self.number]
        assert what == self.what, "the file has changed"
        do()
        return ast.fix_missing_locations(made)


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mistake there is for a file, in its order."""
    source = ast.parse(path.read_text())
    for index, top in enumerate(source.body):
        for number, (line, what, _do) in enumerate(_sites(top)):
            yield Mutant(str(path), line, _function_at(top, line), what, index, number, _made_by(top))


def _made_by(top: ast.stmt) -> str:
    if isinstance(top, ast.FunctionDef | ast.ClassDef):
        return top.name
    target = top.targets[0] if isinstance(top, ast.Assign) else getattr(top, "target", None)
    return target.id if isinstance(target, ast.Name) else ""


def _function_at(top: ast.stmt, line: int) -> int:
    """The first line, decorators included, of the function or method around a line."""
    for node in ast.walk(top):
        if isinstance(node, ast.FunctionDef) and node.body[0].lineno <= line <= (node.end_lineno or 0):
            return min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return 0


def _sites(top: ast.AST) -> Iterator[Site]:
    """Places for a mistake: line, what it is, and a call that makes it."""
    if isinstance(top, ast.Import | ast.ImportFrom) or _is_words(top):
        return
    if _is_type(top) or (isinstance(top, ast.Expr) and isinstance(top.value, ast.Constant)):
        return
    yield from _own(top)
    for name, value in ast.iter_fields(top):
        if name in {"annotation", "returns", "decorator_list", "args", "bases"} and not isinstance(top, ast.Call):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                if isinstance(child, ast.stmt) and isinstance(value, list):
                    yield from _dropped(value, child)
                yield from _sites(child)


def _is_type(node: ast.AST) -> bool:
    """The words of a `Literal[…]`: only the type checker reads them."""
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal"


def _is_words(node: ast.AST) -> bool:
    if isinstance(node, ast.Raise | ast.JoinedStr | ast.Assert):
        return isinstance(node, ast.Raise)
    if not isinstance(node, ast.Call):
        return False
    root = node.func
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(root, ast.Name) and root.id in WORDS


def _dropped(among: list[ast.stmt], child: ast.stmt) -> Iterator[Site]:
    known = isinstance(child, ast.Expr) and isinstance(child.value, ast.Call) and not _is_words(child.value)
    if known or isinstance(child, ast.AugAssign):
        at = next(place for place, one in enumerate(among) if one is child)
        yield child.lineno, f"without {ast.unparse(child)[:60]}", lambda: among.__setitem__(at, _nothing(child))


def _nothing(at: ast.stmt) -> ast.stmt:
    return ast.copy_location(ast.Pass(), at)


def _own(node: ast.AST) -> Iterator[Site]:
    line = getattr(node, "lineno", 0)
    if isinstance(node, ast.Compare):
        for at, sign in enumerate(node.ops):
            if type(sign) in SWAPS:
                swapped = SWAPS[type(sign)]
                what = f"{ast.unparse(node)[:60]}: {type(sign).__name__} → {swapped.__name__}"
                yield line, what, lambda at=at, swapped=swapped: node.ops.__setitem__(at, swapped())
    elif isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign) and type(node.op) in SWAPS:
        swapped = SWAPS[type(node.op)]
        what = f"{ast.unparse(node)[:60]}: {type(node.op).__name__} → {swapped.__name__}"
        yield line, what, lambda: setattr(node, "op", swapped())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        what = f"{ast.unparse(node)[:60]}: without {type(node.op).__name__}"
        yield line, what, lambda: setattr(node, "op", ast.UAdd() if isinstance(node.op, ast.USub) else _truth(node))
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield line, f"if {ast.unparse(node.test)[:60]}: the other way", lambda: setattr(node, "test", _not(node.test))
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield line, f"return {ast.unparse(node.value)[:60]}: None", lambda: setattr(node, "value", _none(node))
    elif isinstance(node, ast.Constant):
        yield from _constant(node)


def _truth(node: ast.UnaryOp) -> ast.unaryop:
    """`not x` becomes `not not x`."""
    node.operand = _not(node.operand)
    return ast.Not()


def _not(test: ast.expr) -> ast.expr:
    return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)


def _none(at: ast.Return) -> ast.expr:
    return ast.copy_location(ast.Constant(None), at)


def _constant(node: ast.Constant) -> Iterator[Site]:
    value = node.value
    if isinstance(value, bool):
        yield node.lineno, f"{value} → {not value}", lambda: setattr(node, "value", not value)
    elif isinstance(value, int):
        yield node.lineno, f"{value} → {value + 1}", lambda: setattr(node, "value", value + 1)
    elif isinstance(value, str):
        yield node.lineno, f"{value!r} → 'XX'", lambda: setattr(node, "value", "XX")


def put(mutant: Mutant) -> None:
    """Let this process run the mistake."""
    if mutant.function == 0:
        _put_statement(mutant)
        return
    code = _found(compile(mutant.tree(), mutant.path, "exec"), mutant.function)
    module = sys.modules[_module_of(mutant.path)]
    known = [one for value in vars(module).values() for one in _functions(value, module.__name__)]
    running = [one for one in known if one.__code__.co_firstlineno == mutant.function]
    if not running:
        raise LookupError(mutant.function)
    for one in running:
        one.__code__ = code


def _module_of(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _functions(value: object, module: str) -> Iterator[FunctionType]:
    """The functions of a module that one of its values is made of: of a class, a property, under a decorator. To look
    through all that a process holds would copy its memory into the fork.
    """
    if getattr(value, "__module__", module) != module:
        return
    if isinstance(value, type):
        parts = list(vars(value).values())
    elif isinstance(value, property):
        parts = [value.fget, value.fset]
    else:
        parts = [getattr(value, "__func__", None), getattr(value, "__wrapped__", None)]
        if isinstance(value, FunctionType):
            yield value
    for part in parts:
        if part is not None:
            yield from _functions(part, module)


def _found(within: CodeType, line: int) -> CodeType:
    for one in within.co_consts:
        if isinstance(one, CodeType):
            if one.co_firstlineno == line:
                return one
            if one.co_firstlineno < line:
                try:
                    return _found(one, line)
                except LookupError:
                    continue
    raise LookupError(line)


def _put_statement(mutant: Mutant) -> None:
    """A constant of a module: made anew, for whoever took it by name too."""
    module = sys.modules[_module_of(mutant.path)]
    before = dict(vars(module))
    statement = mutant.tree().body[mutant.top]
    exec(compile(ast.Module([statement], []), mutant.path, "exec"), vars(module))
    changed = {key: value for key, value in vars(module).items() if before.get(key) is not value}
    for other in [one for key, one in sys.modules.items() if key.startswith("community.")]:
        for key, value in changed.items():
            if key in before and vars(other).get(key) is before[key]:
                setattr(other, key, value)
