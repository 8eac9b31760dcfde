"""What the body of a loop over items in an arbitrary order lets show of that order.

Given the loop and what is followed; says to the one who follows which collections grow in that order, and which uses
hang on it: one output that all items are written to, a running number, the first item that fits, random draws. Keyed
entries, counts, files of their own and errors do not. Knows no rule.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.index.syntax import method_kind
from detlint.index.values import LocalFunction
from detlint.rules.python.order_facts import end, names_in, place, table_prefix, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.index import FileIndex
    from detlint.rules.python.order_statements import Statements
    from detlint.rules.python.order_track import Track

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_CONSOLES = frozenset({"sys.stdout", "sys.stderr"})
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_FILLED = frozenset({"zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like"})
_CONCATENATIONS = frozenset(
    {"concat", "concatenate", "vstack", "hstack", "cat", "append", "stack", "chain", "r_", "c_"}
)


class Body:
    """One loop (or a function that a loop runs for each item) and what its body does with the items."""

    def __init__(self, uses: Statements, loop: ast.AST, track: Track, depth: int = 0) -> None:
        self.uses = uses
        self.index: FileIndex = uses.index
        self.loop = loop
        self.track = replace(track, form="list", numbered=False, items=None, columns=())
        self.numbered = track.numbered
        self.depth = depth
        self.tainted: frozenset[str] = frozenset()
        self.counters: frozenset[str] = frozenset()
        self.given: frozenset[str] = frozenset()
        self.marked: frozenset[ast.AST] = frozenset()
        """Expressions that give an item themselves, as `queue.get()` and `files[i]`."""

    # ------------------------------------------------------------------------------------------------------- entry
    def visit(
        self,
        target: ast.expr | None,
        marked: Iterable[ast.AST] = (),
        names: Iterable[str] = (),
        counters: Iterable[str] = (),
    ) -> None:
        """Look through the body, with the items in a target, in marked expressions, or in names.

        counters: names that say the how-manieth item it is.
        """
        self.marked = frozenset(marked)
        self.given = frozenset(names)
        self.tainted = self.taint(target, self.loop, names)
        self.counters = self._counters(target) | frozenset(counters)
        body: list[ast.stmt] = self.loop.body  # type: ignore[attr-defined]
        self._block(body)

    def taint(self, target: ast.expr | None, within: ast.AST, names: Iterable[str] = ()) -> frozenset[str]:
        """The names whose values hang on the item: the target, and what is made of it in the body."""
        tainted = set(names)
        if target is not None:
            tainted |= {inner.id for inner in ast.walk(target) if isinstance(inner, ast.Name)}
        bindings = list(_bound_in(within))
        for _ in range(3):
            before = len(tainted)
            for names_bound, value in bindings:
                if not tainted.isdisjoint(names_in(value)) or self._holds_marked(value):
                    tainted |= names_bound
            if len(tainted) == before:
                break
        return frozenset(tainted)

    def _holds_marked(self, node: ast.AST) -> bool:
        return bool(self.marked) and any(inner in self.marked for inner in ast.walk(node))

    def _is_tainted(self, node: ast.AST | None) -> bool:
        return node is not None and (not self.tainted.isdisjoint(names_in(node)) or self._holds_marked(node))

    def _counters(self, target: ast.expr | None) -> frozenset[str]:
        """Names that say the how-manieth item this is."""
        found: set[str] = set()
        if self.numbered and isinstance(target, ast.Tuple) and target.elts and isinstance(target.elts[0], ast.Name):
            found.add(target.elts[0].id)
        for node in _inside(self.loop):
            if (
                isinstance(node, ast.AugAssign)
                and isinstance(node.target, ast.Name)
                and isinstance(node.op, ast.Add)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, int)
                and self._is_outer(node.target)
                and not self._is_conditional(node)
            ):
                found.add(node.target.id)
        return frozenset(found)

    def _is_conditional(self, node: ast.AST) -> bool:
        """Whether a counter counts for an inner loop, which starts it anew."""
        for ancestor in self.index.ancestors(node):
            if ancestor is self.loop:
                return False
            if isinstance(ancestor, ast.While):
                return True
        return False

    # -------------------------------------------------------------------------------------------------- statements
    def _block(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Expr):
            self._expression(node.value)
        elif isinstance(node, ast.Assign):
            self._assigned(node)
        elif isinstance(node, ast.AnnAssign):
            self._yields(node.value)
        elif isinstance(node, ast.AugAssign):
            self._augmented(node)
        elif isinstance(node, ast.Return):
            self._left(node, node.value)
        elif isinstance(node, ast.Break):
            self._broken(node)
        elif isinstance(node, ast.With | ast.AsyncWith):
            self._block(node.body)
        elif isinstance(node, ast.Try):
            for block in (node.body, node.orelse, node.finalbody, *(handler.body for handler in node.handlers)):
                self._block(block)
        elif isinstance(node, ast.If | ast.For | ast.AsyncFor | ast.While):
            self._block(node.body)
            self._block(node.orelse)
        elif isinstance(node, ast.Match):
            for case in node.cases:
                self._block(case.body)

    def _expression(self, node: ast.expr) -> None:
        if isinstance(node, ast.Await):
            node = node.value
        if isinstance(node, ast.Call):
            self._effect(node)
        else:
            self._yields(node)

    def _yields(self, node: ast.expr | None) -> None:
        """`yield item`: the callers get the items in that order."""
        if isinstance(node, ast.Yield | ast.YieldFrom) and self._is_tainted(node.value):
            function = self.index.function(node)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and not self._is_context(function):
                self.uses.given_by(function, node, self.track)

    def _is_context(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        return any("contextmanager" in ast.dump(d) or "fixture" in ast.dump(d) for d in function.decorator_list)

    def _assigned(self, node: ast.Assign) -> None:
        self._yields(node.value)
        if isinstance(node.value, ast.Call) and self._draws_unseeded(node.value):
            self.uses.shows(node, self.track, "random numbers are drawn in that order")
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                self._stored(target, node.value)
            elif isinstance(target, ast.Name | ast.Attribute):
                self._carried(target, node.value)

    def _stored(self, target: ast.Subscript, value: ast.expr) -> None:
        """`table[key] = value`."""
        if self._is_local(target.value) or isinstance(target.slice, ast.Slice):
            return
        base = ast.dump(target.value).replace("Store()", "Load()")
        for part in (target.slice, value):
            counted = self._counting(part)
            lengths = any(
                isinstance(inner, ast.Call)
                and "builtins.len" in self.index.callee_names(inner)
                and base in ast.dump(inner.args[0])
                for inner in ast.walk(part)
                if isinstance(inner, ast.Call) and inner.args
            )
            if (counted or lengths) and (self._is_tainted(target.slice) or self._is_tainted(value)):
                self.uses.shows(target, self.track, "the items are numbered in that order")
                return
        if self._has_places(target.value):
            return
        if self._is_tainted(target.slice) and isinstance(target.value, ast.Name | ast.Attribute):
            self.uses.grown(target.value, replace(self.track, form="mapping"), place(self.loop))

    def _has_places(self, node: ast.expr) -> bool:
        """Whether a collection was made with all of its places (`[None] * n`, `np.zeros(n)`): each item has one."""
        bindings = self.index.bindings(node) if isinstance(node, ast.Name) else []
        made = [getattr(self.index.parent(binding.node), "value", None) for binding in bindings]
        return bool(made) and all(map(_is_filled, made))

    def _counting(self, node: ast.AST) -> bool:
        if not self.counters or node in self.marked:
            return False
        if isinstance(node, ast.Name):
            return node.id in self.counters
        return any(map(self._counting, ast.iter_child_nodes(node)))

    def _carried(self, target: ast.Name | ast.Attribute, value: ast.expr) -> None:
        """`table = pd.concat([table, item])`, `rows = rows + [item]`: the collection grows."""
        if not self._is_tainted(value) or not self._is_outer(target):
            return
        mine = ast.dump(target).replace("Store()", "Load()")
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add) and ast.dump(value.left) == mine:
            if isinstance(value.right, ast.List | ast.ListComp | ast.Tuple) or self._grows_text(target, value.right):
                self.uses.grown(target, self._of(target), place(self.loop))
            elif isinstance(value.right, ast.expr) and self.uses.elements.is_float(value.right):
                self.uses.shows(target, self.track, "floats are added in that order")
        elif isinstance(value, ast.Call):
            word = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
            if word in _CONCATENATIONS and any(ast.dump(inner) == mine for inner in ast.walk(value)):
                self.uses.grown(target, self.track, place(self.loop))

    def _of(self, target: ast.expr) -> Track:
        text = self._is_text(target)
        return replace(self.track, form="text") if text else self.track

    def _is_text(self, target: ast.expr) -> bool:
        if isinstance(target, ast.Name):
            starts = [getattr(self.index.parent(b.node), "value", None) for b in self.index.bindings(target)]
            return any(isinstance(s, ast.Constant) and isinstance(s.value, str) for s in starts)
        return False

    def _grows_text(self, target: ast.expr, value: ast.expr) -> bool:
        return self._is_text(target) or isinstance(value, ast.JoinedStr) or (
            isinstance(value, ast.Constant) and isinstance(value.value, str)
        )  # fmt: skip

    def _augmented(self, node: ast.AugAssign) -> None:
        """`rows += [item]`, `text += item`, `total += weight[item]`."""
        target = node.target
        if not isinstance(node.op, ast.Add) or not self._is_tainted(node.value):
            return
        if isinstance(target, ast.Subscript):
            if not self._is_local(target.value) and isinstance(node.value, ast.List | ast.ListComp):
                self.uses.grown(target, self.track, place(self.loop))
            return
        if not self._is_outer(target):
            return
        if self._is_float_sum(target, node.value):
            self.uses.shows(node, self.track, "floats are added in that order")
        elif self._is_text(target) or isinstance(node.value, ast.JoinedStr):
            self.uses.grown(target, replace(self.track, form="text"), place(self.loop))
        elif isinstance(node.value, ast.List | ast.ListComp | ast.Tuple) or self._is_list(target):
            self.uses.grown(target, self.track, place(self.loop))

    def _is_float_sum(self, target: ast.expr, value: ast.expr) -> bool:
        if self.uses.elements.is_float(value):
            return True
        if self.uses.kind != "set" or not isinstance(target, ast.Name) or self.uses.elements.is_number(value):
            return False
        if self.uses.elements.is_count(value):
            return False
        starts = [getattr(self.index.parent(b.node), "value", None) for b in self.index.bindings(target)]
        return any(isinstance(s, ast.Constant) and isinstance(s.value, float) for s in starts)

    def _is_list(self, target: ast.expr) -> bool:
        """Whether a name starts as a list, before a loop adds to it."""
        if isinstance(target, ast.Attribute):
            return self.index.is_type(target, "list")
        assert isinstance(target, ast.Name)
        starts = [getattr(self.index.parent(b.node), "value", None) for b in self.index.bindings(target)]
        return any(
            isinstance(s, ast.List | ast.ListComp)
            or (isinstance(s, ast.Call) and "builtins.list" in self.index.callee_names(s))
            for s in starts
        )

    # ------------------------------------------------------------------------------------------------ early leaving
    def _tests_around(self, node: ast.AST) -> list[ast.expr]:
        tests = []
        for ancestor in self.index.ancestors(node):
            if ancestor is self.loop:
                break
            if isinstance(ancestor, ast.If):
                tests.append(ancestor.test)
        return tests

    def _left(self, node: ast.Return, value: ast.expr | None) -> None:
        """`return item` in the loop: the first one that fits."""
        if self.depth or not self._is_tainted(value) or self._in_inner_search(node):
            return
        tests = self._tests_around(node)
        if not self.uses.searches(tests):
            how = "the first one that fits is taken" if tests else "the first one is taken"
            self.uses.shows(node, self.track, how, self.uses.first_confidence(tests))

    def _in_inner_search(self, node: ast.AST) -> bool:
        return any(isinstance(a, ast.Try) for a in self.index.ancestors(node) if place(a) > place(self.loop))

    def _broken(self, node: ast.Break) -> None:
        """`break` of this loop: some items are left out, or the first that fits was kept."""
        nearest = next((a for a in self.index.ancestors(node) if isinstance(a, _LOOPS)), None)
        if self.depth or nearest is not self.loop:
            return
        tests = self._tests_around(node)
        if any(self._limits(test) for test in tests):
            self.uses.shows(node, self.track, "only the first ones are taken")
            return
        block = self.index.parent(node)
        kept = [
            statement
            for statement in getattr(block, "body", ())
            if isinstance(statement, ast.Assign)
            and self._is_tainted(statement.value)
            and isinstance(statement.targets[0], ast.Name)
            and self._is_read_after(statement.targets[0].id)
        ]
        if kept and not self.uses.searches(tests):
            self.uses.shows(node, self.track, "the first one that fits is taken", self.uses.first_confidence(tests))

    def _limits(self, test: ast.expr) -> bool:
        """`if number >= limit` or `if len(rows) == limit`."""
        for inner in ast.walk(test):
            if isinstance(inner, ast.Compare) and isinstance(inner.ops[0], ast.Gt | ast.GtE | ast.Eq):
                if self._counting(inner.left):
                    return True
                if isinstance(inner.left, ast.Call) and "builtins.len" in self.index.callee_names(inner.left):
                    grown = inner.left.args[0] if inner.left.args else None
                    if isinstance(grown, ast.Name) and self._is_outer(grown) and grown.id not in self.tainted:
                        return True
        return False

    def _is_read_after(self, name: str) -> bool:
        function = self.index.function(self.loop)
        return any(
            place(load) > end(self.loop) and self.index.function(load) is function for load in self.index.loads(name)
        )

    # ------------------------------------------------------------------------------------------------------ effects
    def _effect(self, call: ast.Call) -> None:
        """A call that is made for what it does."""
        func = call.func
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        tainted = any(self._is_tainted(argument) for argument in given)
        counted = any(self._counting(argument) for argument in given)
        if self.uses.displays(call):
            return
        method = func.attr if isinstance(func, ast.Attribute) else ""
        names = self.index.callee_names(call)
        if isinstance(func, ast.Attribute) and method in words("methods", "grows"):
            if tainted:
                self._grows(func.value, call)
            return
        if tainted and self._writes(call, method, names):
            self.uses.shows(call, self.track, "they are written to one output in that order")
        elif tainted and method == "update" and self._hashes(func):
            self.uses.shows(call, self.track, "they are hashed in that order")
        elif tainted and counted and method not in {"update", "set_description", "set_postfix"}:
            self.uses.shows(call, self.track, "the items are numbered in that order")
        elif tainted and self._draws_unseeded(call):
            self.uses.shows(call, self.track, "random numbers are drawn in that order")
        elif tainted and not self._into_function(call):
            self._out_of_sight(call, names)

    def _grows(self, receiver: ast.expr, call: ast.Call) -> None:
        if isinstance(receiver, ast.Name | ast.Attribute):
            if not self._is_outer(receiver):
                return
        elif isinstance(receiver, ast.Subscript):
            if self._is_local(receiver.value):
                return
            if not isinstance(receiver.slice, ast.Constant) and self._one_each(receiver.slice):
                return
        elif isinstance(receiver, ast.Call):
            holder = receiver.func.value if isinstance(receiver.func, ast.Attribute) else receiver.func
            if self._is_local(holder) or (receiver.args and self._one_each(receiver.args[0])):
                return
        self.uses.grown(receiver, self.track, place(self.loop))

    def _one_each(self, key: ast.expr) -> bool:
        """Whether a key is the item itself, so that what is kept under it holds that one item only."""
        return isinstance(key, ast.Name) and isinstance(self.loop, ast.For | ast.AsyncFor) and (
            isinstance(self.loop.target, ast.Name) and self.loop.target.id == key.id
        )  # fmt: skip

    def _writes(self, call: ast.Call, method: str, names: tuple[str, ...]) -> bool:
        """Whether items are written to an output that all of them share."""
        if method in words("methods", "writes") and isinstance(call.func, ast.Attribute):
            return self._is_shared(call.func.value)
        if "builtins.print" in names:
            return any(k.arg == "file" and self._is_shared(k.value) for k in call.keywords)
        if {"json.dump", "pickle.dump", "numpy.savetxt"}.intersection(names) and len(call.args) > 1:
            handle = call.args[1] if "numpy.savetxt" not in names else call.args[0]
            return isinstance(handle, ast.Name) and self._is_shared(handle)
        if {"tarfile.TarFile.add", "tarfile.TarFile.addfile", "zipfile.ZipFile.write"}.intersection(names):
            assert isinstance(call.func, ast.Attribute)
            return self._is_shared(call.func.value)
        return False

    def _is_shared(self, handle: ast.expr) -> bool:
        """Whether an output was opened outside of the loop."""
        while isinstance(handle, ast.Attribute | ast.Subscript):
            handle = handle.value
        if not isinstance(handle, ast.Name) or handle.id in self.tainted or self._is_module(handle):
            return False
        return self._is_outer(handle) and _CONSOLES.isdisjoint(self.index.names(handle))

    def _is_module(self, name: ast.Name) -> bool:
        """Whether a name is imported: `soundfile.write(path, sound)` writes to a file of its own."""
        bindings = self.index.bindings(name)
        return bool(bindings) and all(isinstance(binding.node, ast.alias) for binding in bindings)

    def _hashes(self, func: ast.expr) -> bool:
        if not isinstance(func, ast.Attribute) or not self._is_shared(func.value):
            return False
        if not isinstance(func.value, ast.Name):
            return False
        makers = [getattr(self.index.parent(b.node), "value", None) for b in self.index.bindings(func.value)]
        return any(
            name.startswith(("hashlib.", "xxhash.", "blake3."))
            for maker in makers
            if isinstance(maker, ast.Call)
            for name in self.index.callee_names(maker)
        )

    def _out_of_sight(self, call: ast.Call, names: tuple[str, ...]) -> None:
        """A function of another file of the project that is given each item."""
        if not any(isinstance(a, ast.Name) and a.id in self.tainted for a in call.args):
            return
        if self.uses.kind == "listing" and any(name.startswith(".") for name in names):
            self.uses.shows(call, self.track, "each is handed on in that order", Confidence.LOW)

    def _into_function(self, call: ast.Call) -> bool:
        """Follow an item into a function of this file; True if there is one."""
        found = False
        for value in self.index.evaluate(call.func).alternatives:
            if not isinstance(value, LocalFunction) or isinstance(value.node, ast.Lambda):
                continue
            found = True
            if self.depth >= 2:
                continue
            method = value.owner is not None and self.index.owner(value.node) is not None
            bound = method and method_kind(value.node) != "static"
            parameters = [*value.node.args.posonlyargs, *value.node.args.args][bound:]
            names = {p.arg for p, a in zip(parameters, call.args, strict=False) if self._is_tainted(a)}
            names |= {k.arg for k in call.keywords if k.arg is not None and self._is_tainted(k.value)}
            Body(self.uses, value.node, self.track, self.depth + 1).visit(None, names=names)
        return found

    # -------------------------------------------------------------------------------------------------------- draws
    def draws(self, node: ast.AST) -> bool:
        """Whether an expression draws from a random state."""
        return any(self._draws_unseeded(inner) for inner in ast.walk(node) if isinstance(inner, ast.Call))

    def _draws_unseeded(self, call: ast.Call) -> bool:
        names = self.index.callee_names(call)
        if not table_prefix(names, words("draws", "prefixes")):
            return False
        return not any(name.rpartition(".")[2] in words("draws", "seeds") for name in names) and not self._seeds()

    def _seeds(self) -> bool:
        """Whether the body seeds, so that each item starts from a state of its own."""
        return any(
            isinstance(node, ast.Call)
            and (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")).endswith(
                "seed"
            )
            for node in _inside(self.loop)
        )

    # --------------------------------------------------------------------------------------------------------- names
    def _is_outer(self, node: ast.expr) -> bool:
        """Whether a name or attribute lives on outside of the body."""
        while isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        if not isinstance(node, ast.Name):
            return False
        inside = [self._is_within(binding.node) for binding in self.index.bindings(node)]
        if self.depth:
            return (
                self.index.function(node) is not self.loop or not inside or not all(inside) or self._is_parameter(node)
            )
        return not (inside and all(inside))

    def _is_parameter(self, node: ast.Name) -> bool:
        return any(isinstance(b.node, ast.arg) and b.name not in self.given for b in self.index.bindings(node))

    def _is_local(self, node: ast.expr) -> bool:
        return not self._is_outer(node)

    def _is_within(self, node: ast.AST) -> bool:
        if isinstance(self.loop, ast.For | ast.AsyncFor) and node is self.loop.target:
            return True
        return any(ancestor is self.loop for ancestor in self.index.ancestors(node))


def _is_filled(value: ast.expr | None) -> bool:
    """Whether an expression makes a list or array with all of its places."""
    if isinstance(value, ast.BinOp):
        return isinstance(value.op, ast.Mult) and any(isinstance(each, ast.List) for each in (value.left, value.right))
    name = getattr(value.func, "attr", "") if isinstance(value, ast.Call) else ""
    return isinstance(value, ast.ListComp) or name in _FILLED


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a loop's body, without functions that are defined in it."""
    stack = list(ast.iter_child_nodes(node))
    while stack:
        current = stack.pop()
        yield current
        if not isinstance(current, _FUNCTIONS):
            stack.extend(ast.iter_child_nodes(current))


def _bound_in(node: ast.AST) -> Iterator[tuple[frozenset[str], ast.AST]]:
    """What a body binds: names with the expression that their values are made of."""
    made = {
        target.id
        for inner in _inside(node)
        if isinstance(inner, ast.Assign)
        for target in inner.targets
        if isinstance(target, ast.Name)
    }
    for inner in _inside(node):
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                # `row = {}` and then `row["name"] = item`, anew in each round.
                if isinstance(target, ast.Subscript) and getattr(target.value, "id", "") in made:
                    yield frozenset({target.value.id}), inner.value  # type: ignore[attr-defined]
        if isinstance(inner, ast.Assign):
            targets = frozenset(
                n.id
                for t in inner.targets
                for n in ast.walk(t)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            )
            yield targets, inner.value
        elif isinstance(inner, ast.For | ast.AsyncFor | ast.comprehension):
            yield frozenset(n.id for n in ast.walk(inner.target) if isinstance(n, ast.Name)), inner.iter
        elif isinstance(inner, ast.withitem) and inner.optional_vars is not None:
            yield frozenset(n.id for n in ast.walk(inner.optional_vars) if isinstance(n, ast.Name)), inner.context_expr
        elif isinstance(inner, ast.NamedExpr | ast.AnnAssign) and inner.value is not None:
            if isinstance(inner.target, ast.Name):
                yield frozenset({inner.target.id}), inner.value
        elif isinstance(inner, ast.Call) and inner.args:
            method = inner.func
            if isinstance(method, ast.Attribute) and method.attr in {"append", "extend", "add"}:
                yield frozenset({getattr(method.value, "id", "")}), inner
