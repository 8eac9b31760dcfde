"""DET107: `hash()` of text for values that outlive the process."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Severity
from detlint.index import dotted_name
from detlint.index.values import Instance, LocalClass, LocalFunction
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.python.entropy_questions import is_number_by_name
from detlint.rules.python.order_elements import Elements
from detlint.rules.python.order_facts import Facts, words
from detlint.rules.python.seed_flow import seed_findings
from detlint.rules.python.speaks import greatest_severity, severity_in

if TYPE_CHECKING:
    from collections.abc import Iterator

_METHODS = frozenset({"__hash__", "__eq__", "__ne__", "__lt__"})
_OUTLIVES = re.compile(
    r"(^|_)(seed|random_state|bucket|split|fold|shard|partition|fingerprint|digest|checksum|cache_?key|cache_?name|"
    r"file_?name|"
    r"path|cache_?path|cache_?file|uid|stable_?id|run_?id|run_?name|name|suffix|hash_?str|hash_?id|worker)s?($|_)",
    re.IGNORECASE,
)
_PASSING = frozenset({"abs", "int", "str", "hex", "float", "bin", "oct", "format", "repr"})
_ROWS = frozenset({"apply", "map", "applymap", "transform", "map_elements", "map_batches", "mapInPandas"})
_WRITES = frozenset(
    {"write", "writelines", "writerow", "writerows", "write_text", "dump", "dumps", "to_csv", "save", "hset"}
)
_NAMING = frozenset(
    {"join", "Path", "open", "joinpath", "with_name", "with_suffix", "save", "load", "makedirs", "exists"}
)
"""Callables that take the name of a file."""
_DIFFERING = ("time.", "random.", "uuid.", "secrets.", "os.getpid", "os.urandom", "datetime.datetime.")
_FOLDERS = frozenset({"os.makedirs", "os.mkdir", "pathlib.Path", "builtins.open", "os.path.exists"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class SaltedHash(Rule):
    """A use of `hash()` whose result is kept, or decides what is kept."""

    code = "DET107"
    name = "salted-hash"
    summary = "`hash()` of text decides a seed, a split, a bucket or a name"
    why = """
Python salts the hashes of `str`, `bytes` and `datetime`, and of tuples that hold them, for each process:
`hash(name) % 10` puts the same name into another split in every run, and a cache file named by `hash(…)` is never found
again.

Reported where the value outlives the process: a seed, a remainder that chooses a split or bucket, a file or cache
name, a column, a value that is written. Not reported: `__hash__` and `__eq__`, comparisons, keys of dicts and sets in
memory, and hashes of numbers, whose values are the same everywhere.
"""
    severity = Severity.WARNING
    scope = "file"
    candidates = Candidates(calls=("builtins.hash",))
    bad = (
        Example("def is_test(name: str) -> bool:\n    return hash(name) % 10 == 0  # !\n"),
        Example(
            "import pickle\n\n\ndef save(query: str, rows):\n"
            "    with open(f'cache_{hash(query)}.pkl', 'wb') as handle:  # !\n        pickle.dump(rows, handle)\n"
        ),
    )
    good = (
        Example("class Point:\n    def __hash__(self):\n        return hash((self.x, self.y))\n"),
        Example("import zlib\n\n\ndef is_test(name: str) -> bool:\n    return zlib.crc32(name.encode()) % 10 == 0\n"),
        Example("def bucket(number: int) -> int:\n    return hash(number) % 10\n"),
    )
    sources = (
        "https://docs.python.org/3/reference/datamodel.html#object.__hash__",
        "https://docs.python.org/3/using/cmdline.html#envvar-PYTHONHASHSEED",
    )

    @classmethod
    def greatest_severity(cls, text: str) -> Severity:
        """Web frameworks are not asked to be repeatable."""
        return greatest_severity(text, cls.severity)

    def check_file(self) -> None:
        """Report each call, or use as a function, whose result is kept."""
        index = self.context.index
        self.elements = Elements(index, Facts(index))
        self.told = self._told_as_seeds()
        for node in self._hashes():
            call = index.parent(node)
            called = isinstance(call, ast.Call) and call.func is node
            if called and self._is_stable(call):  # type: ignore[arg-type]
                continue
            if self._is_left_alone(node):
                continue
            found = self._outlives(call, set()) if called else self._as_function(node)  # type: ignore[arg-type]
            if found is not None:
                how, confidence = found
                if called and self._may_be_numbers(call):  # type: ignore[arg-type]
                    confidence = Confidence.LOW
                self.report(
                    node,
                    f"`hash()` of text is salted and differs in every process, and {how}.",
                    "Use a hash that does not change, as `zlib.crc32` or `hashlib.sha256` of the encoded text.",
                    severity=severity_in(self.context, self.severity),
                    confidence=confidence,
                )

    def _hashes(self) -> Iterator[ast.Name]:
        for load in self.context.index.loads("hash"):
            if "builtins.hash" in self.context.index.names(load):
                yield load

    def _told_as_seeds(self) -> frozenset[ast.AST]:
        """The values, and the calls that take them, that DET104 reports: these are seeds."""
        told: set[ast.AST] = set()
        for finding in seed_findings(self.context.index):
            for node in (finding.node, finding.origin):
                parent = self.context.index.parent(node) if node is not None else None
                told.update(n for n in (node, parent) if n is not None and not isinstance(n, ast.stmt))
        return frozenset(told)

    def _is_left_alone(self, node: ast.AST) -> bool:
        """Whether a use of `hash` makes objects hashable, is asserted or raised, or is a seed that DET104 tells."""
        return any(
            ancestor in self.told
            or isinstance(ancestor, ast.Assert | ast.Raise)
            or (isinstance(ancestor, _FUNCTIONS) and ancestor.name in _METHODS)
            for ancestor in self.context.index.ancestors(node)
        )

    def _is_stable(self, call: ast.Call) -> bool:
        """Whether what is hashed has the same hash everywhere, or is an object of a class of this file."""
        if len(call.args) != 1:
            return True
        given = call.args[0]
        if self.elements.is_number(given):
            return True
        if isinstance(given, ast.Name) and given.id == "self":
            return True
        values = self.context.index.evaluate(given).alternatives
        if any(
            isinstance(v, LocalFunction | LocalClass) or (isinstance(v, Instance) and isinstance(v.type, LocalClass))
            for v in values
        ):
            return True
        kinds = self.context.index.types(given)
        if kinds and all(kind in words("numbers", "types") for kind in kinds):
            return True
        if kinds == ("tuple",) and self.elements.holds_numbers(given):
            return True
        whole = isinstance(given, ast.Call) and self.elements.holds_numbers(given) and "str" not in kinds
        return whole and kinds != ("bytes",)

    def _may_be_numbers(self, call: ast.Call) -> bool:
        """Whether what is hashed are numbers by what is proven of them, or by what they are called."""
        given = call.args[0] if len(call.args) == 1 else None
        parts = given.elts if isinstance(given, ast.Tuple) else []
        return bool(parts) and all(
            self.elements.is_number(part) or (not self.context.index.types(part) and is_number_by_name(part))
            for part in parts
        )

    def _outlives(self, node: ast.expr, seen: set[ast.AST]) -> tuple[str, Confidence] | None:
        """How the result of a hash outlives the process, if it does."""
        index = self.context.index
        if node in seen:
            return None
        seen.add(node)
        parent = index.parent(node)
        if isinstance(parent, ast.BinOp):
            if self._is_meant_to_differ(parent):
                return None
            if isinstance(parent.op, ast.Div) and parent.right is node:
                return "it names a file", Confidence.HIGH
            if isinstance(parent.op, ast.Mod) and parent.left is node:
                return self._remainder(parent)
            if isinstance(
                parent.op, ast.BitAnd | ast.FloorDiv | ast.Div | ast.Add | ast.BitXor | ast.Mult | ast.RShift | ast.Sub
            ):
                return self._outlives(parent, seen)
            if isinstance(parent.op, ast.Mod):
                return self._named(parent, seen)
            return None
        if isinstance(parent, ast.UnaryOp | ast.IfExp | ast.BoolOp | ast.Starred):
            return self._outlives(parent, seen)
        if isinstance(parent, ast.FormattedValue):
            text = index.parent(parent)
            return self._named(text, seen) if isinstance(text, ast.JoinedStr) else None
        if isinstance(parent, ast.Call) and node is not parent.func:
            return self._given(node, parent, None, seen)
        if isinstance(parent, ast.keyword):
            call = index.parent(parent)
            return self._given(node, call, parent.arg, seen) if isinstance(call, ast.Call) else None
        if isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            return self._assigned(parent, seen)
        if isinstance(parent, ast.Return):
            return self._returned(parent, seen)
        return None

    def _is_meant_to_differ(self, node: ast.BinOp) -> bool:
        """Whether time or random numbers are mixed in: `hash(name) + hash(time.time_ns())`."""
        calls = (part for part in ast.walk(node) if isinstance(part, ast.Call))
        return any(name.startswith(_DIFFERING) for call in calls for name in self.context.index.callee_names(call))

    def _remainder(self, node: ast.BinOp) -> tuple[str, Confidence] | None:
        """A bucket; not the place in a cache of the process: `hash(word) % self._cache_size`."""
        words_ = (getattr(part, "attr", getattr(part, "id", "")) for part in ast.walk(node.right))
        cached = any("cache" in word for word in words_) or self._is_slot(node)
        return None if cached else ("its remainder chooses a bucket", Confidence.HIGH)

    def _is_slot(self, remainder: ast.BinOp) -> bool:
        """Whether a remainder only chooses a slot of a cache, in which what was hashed is kept to be compared."""
        index = self.context.index
        parent = index.parent(remainder)
        target = parent.targets[0] if isinstance(parent, ast.Assign) and len(parent.targets) == 1 else None
        if not isinstance(target, ast.Name):
            return False
        loads = [load for load in index.loads(target.id) if any(b.node is target for b in index.bindings(load))]
        slots = [index.parent(load) for load in loads]
        if not all(
            isinstance(slot, ast.Subscript) and slot.slice is load for slot, load in zip(slots, loads, strict=True)
        ):
            return False
        hashed = {ast.dump(given) for call in ast.walk(remainder) if isinstance(call, ast.Call) for given in call.args}
        stored = (index.parent(slot) for slot in slots if slot is not None)
        kept = (each.value for each in stored if isinstance(each, ast.Assign) and isinstance(each.value, ast.Tuple))
        return any(ast.dump(part) in hashed for value in kept for part in value.elts)

    def _named(self, text: ast.expr, seen: set[ast.AST]) -> tuple[str, Confidence] | None:
        """A text with the hash in it: a name that is looked for again, unless it is shown or a key in memory."""
        index = self.context.index
        for ancestor in index.ancestors(text):
            if isinstance(ancestor, ast.Raise | ast.Assert):
                return None
            if isinstance(ancestor, ast.Call):
                word = (
                    ancestor.func.attr if isinstance(ancestor.func, ast.Attribute) else getattr(ancestor.func, "id", "")
                )
                if word in words("methods", "shows") or word == "print":
                    return None
                if word in _NAMING:
                    return "it names a file", Confidence.HIGH
            if isinstance(ancestor, ast.stmt):
                break
        function = index.function(text)
        if isinstance(function, _FUNCTIONS) and function.name in {"__repr__", "__str__"}:
            return None
        around = index.parent(text)
        while isinstance(around, ast.BinOp) and isinstance(around.op, ast.Add | ast.Mod):
            text, around = around, index.parent(around)
        parts = (
            part.value for part in ast.walk(text) if isinstance(part, ast.Constant) and isinstance(part.value, str)
        )
        if any(re.search(r"[/\\]|\.\w{2,5}$", part) for part in parts):
            return "it names a file", Confidence.HIGH
        return self._outlives(text, seen)

    def _given(
        self, node: ast.expr, call: ast.Call, keyword: str | None, seen: set[ast.AST]
    ) -> tuple[str, Confidence] | None:
        index = self.context.index
        func = call.func
        word = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        names = index.callee_names(call)
        if word in _PASSING and (isinstance(func, ast.Name) or word == "format"):
            return self._named(call, seen) if word in {"format", "str", "hex"} else self._outlives(call, seen)
        if "builtins.divmod" in names and call.args[0] is node:
            return "its remainder chooses a bucket", Confidence.HIGH
        if call in self.told:
            return None
        if keyword is not None and _OUTLIVES.search(keyword):
            return f"it is given as `{keyword}`", Confidence.HIGH
        if "seed" in word.lower() or word in {
            "RandomState",
            "default_rng",
            "Random",
            "PRNGKey",
            "SeedSequence",
            "Generator",
        }:
            return "it is a seed", Confidence.HIGH
        if word in _WRITES and word != "save":
            return "it is written", Confidence.HIGH
        if not _FOLDERS.isdisjoint(names):
            return "it names a file", Confidence.HIGH
        if word in {"mod", "remainder", "fmod"}:
            return "its remainder chooses a bucket", Confidence.HIGH
        return None

    def _assigned(
        self, statement: ast.Assign | ast.AnnAssign | ast.NamedExpr, seen: set[ast.AST]
    ) -> tuple[str, Confidence] | None:
        index = self.context.index
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            if isinstance(target, ast.Name):
                for load in index.loads(target.id):
                    if any(b.node is target for b in index.bindings(load)):
                        found = self._outlives(load, seen)
                        if found is not None:
                            return found
            name = (dotted_name(target) or "").rpartition(".")[2]
            if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                name = str(target.slice.value)
            if re.search(r"(^|_)(seed|random_state|cache_key|bucket|split|fold|shard)($|_)", name):
                return f"it is kept as `{name}`", Confidence.HIGH
        return None

    def _returned(self, statement: ast.Return, seen: set[ast.AST]) -> tuple[str, Confidence] | None:
        index = self.context.index
        function = index.function(statement)
        if not isinstance(function, _FUNCTIONS):
            return None
        calls, _ = Facts(index).calls_of(function)
        for call in calls:
            found = self._outlives(call, seen)
            if found is not None:
                return found
        if not calls and _OUTLIVES.search(function.name):
            return f"`{function.name}` gives it to others", Confidence.HIGH
        return (f"`{function.name}` gives it to others", Confidence.LOW) if not calls else None

    def _as_function(self, node: ast.Name) -> tuple[str, Confidence] | None:
        """`frame.name.apply(hash)`, `map(hash, names)`."""
        call = self.context.index.parent(node)
        if not isinstance(call, ast.Call) or node not in call.args:
            return None
        if isinstance(call.func, ast.Attribute) and call.func.attr in _ROWS:
            return "it is kept in a column", Confidence.HIGH
        if isinstance(call.func, ast.Name) and call.func.id == "map":
            return "it is kept for each item", Confidence.LOW
        return None
