"""Operators, subscripts and displays around a value whose order is arbitrary."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from detlint.diagnostics import Confidence
from detlint.rules.python.order_facts import table, words
from detlint.rules.python.order_loops import Body
from detlint.rules.python.order_statements import Statements
from detlint.rules.python.order_track import Track

ASKED = re.compile(
    r"(exclude|ignore|skip|omit|drop|remove|keep|retain|allow|forbid|ban)(?=_|s?$)|stop_?words|(black|white|block|allow)list"
)
"""Names of parameters whose items are only looked up."""
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SINGLE = {(ast.Eq, 1), (ast.NotEq, 1), (ast.Gt, 1), (ast.Lt, 2), (ast.LtE, 1), (ast.GtE, 2)}

"""Comparisons of a length that ask for one element."""

EXTREMES = frozenset({"numpy.argmax", "numpy.argmin"})


class Expressions(Statements):
    """What expressions made of it keep of an order."""

    def _through(self, _: ast.expr, parent: ast.expr, track: Track) -> None:
        self.follow(parent, track)

    def _conditional(self, node: ast.expr, parent: ast.IfExp, track: Track) -> None:
        if node is not parent.test:
            self.follow(parent, track)

    def _operated(self, node: ast.expr, parent: ast.BinOp, track: Track) -> None:
        if track.form == "set":
            other = parent.right if node is parent.left else parent.left
            if isinstance(parent.op, ast.Mod):
                self.follow(parent, replace(self.ordered(node, track), form="text"))
            elif (isinstance(parent.op, ast.Sub) and node is parent.right) or (
                isinstance(parent.op, ast.BitAnd) and (self.elements.holds_numbers(other) or _is_one(other))
            ):
                return
            else:
                self.follow(parent, track)
        elif isinstance(parent.op, ast.Mod):
            self.follow(parent, replace(track, form="text") if node is parent.right else track)
        elif track.form in {"list", "text", "mapping"}:
            self.follow(parent, track)

    def _formatted(self, node: ast.expr, parent: ast.FormattedValue, track: Track) -> None:
        text = self.index.parent(parent)
        if isinstance(text, ast.JoinedStr) and track.form in {"list", "text", "set"}:
            self.follow(text, replace(self.ordered(node, track), form="text"))

    def _subscripted(self, node: ast.expr, parent: ast.Subscript, track: Track) -> None:
        if node is parent.slice:
            self._selects(node, parent, track)
        elif not isinstance(parent.ctx, ast.Load):
            return
        elif track.form in {"holder", "mapping"}:
            self._item(parent, track)
        elif track.form == "list":
            self._taken(node, parent, track)

    def _selects(self, node: ast.expr, parent: ast.Subscript, track: Track) -> None:
        """`frame[names]`: a selection in that order."""
        key_of_dict = isinstance(node, ast.Tuple) or self.index.types(node) == ("tuple",)
        if track.form != "list" or not isinstance(parent.ctx, ast.Load) or key_of_dict or self._stays(parent):
            return
        self.follow(parent, replace(track, confidence=min(track.confidence, Confidence.MEDIUM)))
        if isinstance(self.index.parent(parent), ast.Assign | ast.Return | ast.Call):
            self.shows(parent, track, "a selection is made in that order", Confidence.MEDIUM)

    def _stays(self, selection: ast.Subscript) -> bool:
        """`kept[names] = frame[names]`: each item comes to the same place in any order."""
        statement = self.index.statement(selection)
        targets = statement.targets if isinstance(statement, ast.Assign) and statement.value is selection else []
        places = [ast.unparse(target.slice) for target in targets if isinstance(target, ast.Subscript)]
        return ast.unparse(selection.slice) in places

    def _item(self, parent: ast.Subscript, track: Track) -> None:
        key = parent.slice.value if isinstance(parent.slice, ast.Constant) else None
        inner = dict(track.columns).get(key, track.items) if isinstance(key, int) else track.items
        if inner is not None:
            self.follow(parent, inner)

    def _taken(self, node: ast.expr, parent: ast.Subscript, track: Track) -> None:
        """`files[0]`, `files[:10]`, `files[i]`."""
        key = parent.slice
        if track.columns and isinstance(key, ast.Constant) and isinstance(key.value, int):
            inner = dict(track.columns).get(key.value)
            if inner is not None:
                self.follow(parent, inner)
            return
        if isinstance(key, ast.Slice):
            if key.lower is None and key.upper is None:
                self.follow(parent, track)
            elif not self.single(node) and not self._is_only_told(parent):
                self.shows(parent, track, "some of the items are taken by position")
        elif isinstance(key, ast.Constant) and isinstance(key.value, str):
            self.follow(parent, track)
        elif isinstance(key, ast.Name) and self._steps(key, node) is not None:
            loop = self._steps(key, node)
            if isinstance(loop, ast.For):
                Body(self, loop, track).visit(None, marked=(parent,), counters=(key.id,))
            else:
                self.shows(parent, track, "a list is built in that order", Confidence.LOW)
        elif self._is_replaced(parent) or self._is_found(key, node):
            return
        elif (isinstance(key, ast.Constant | ast.UnaryOp) or not self._is_mask(key)) and not self.single(node):
            one = isinstance(key, ast.Constant | ast.UnaryOp)
            if one and (self.asks_for_any(parent) or (self.kind == "completion" and self._is_kept_by_itself(parent))):
                return
            self.shows(parent, track, "one item is taken by position" if one else "items are taken by position")

    def asks_for_any(self, item: ast.expr) -> bool:
        """Whether any item would do: it is only waited for, or asked what all have in common: `len(next(iter(x)))`."""
        parent = self.index.parent(item)
        if isinstance(parent, ast.Attribute):
            return parent.attr in words("kinds", "attributes")
        if isinstance(parent, ast.Call) and parent.args[:1] == [item]:
            return table("kinds", "calls").any_of(self.index.callee_names(parent))
        return isinstance(parent, ast.Expr)

    def _is_kept_by_itself(self, item: ast.expr) -> bool:
        """`results[done[0]] = get(done[0])`: what is ready is kept under its own key."""
        statement = self.index.statement(item)
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        return any(isinstance(each, ast.Subscript) and ast.dump(each.slice) == ast.dump(item) for each in targets)

    def aligned(self, one: ast.expr, other: ast.expr) -> bool:
        """Whether one of two collections was made from the other item by item, or both in the same loop."""
        return (
            self._made_from(one, other)
            or self._made_from(other, one)
            or self._made_beside(one, other)
            or self._grown_beside(one, other)
        )

    def _made_beside(self, one: ast.expr, other: ast.expr) -> bool:
        """Whether two lists are made item by item of the same collection."""
        sources = [self._listed(one), self._listed(other)]
        if not all(isinstance(source, ast.Name) for source in sources):
            return False
        bound = [{b.node for b in self.index.bindings(source)} for source in sources]  # type: ignore[arg-type]
        return bool(bound[0]) and bound[0] == bound[1]

    def _listed(self, node: ast.expr) -> ast.expr | None:
        """The collection of which a list is made: `x` of `[f(i) for i in x]` and `list(x)`."""
        if isinstance(node, ast.Name):
            bindings = self.index.bindings(node)
            value = getattr(self.index.parent(bindings[0].node), "value", None) if len(bindings) == 1 else None
            return self._listed(value) if isinstance(value, (ast.ListComp, ast.Call)) else None
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            first = node.generators[0]
            return first.iter if len(node.generators) == 1 and not first.ifs else None
        listed = isinstance(node, ast.Call) and "builtins.list" in self.index.callee_names(node) and node.args
        return node.args[0] if listed and isinstance(node, ast.Call) else None

    def _made_from(self, made: ast.expr, source: ast.expr, depth: int = 0) -> bool:
        written = ast.dump(source)
        if any(isinstance(inner, ast.expr) and ast.dump(inner) == written for inner in ast.walk(made)):
            return True
        if depth < 2 and isinstance(made, ast.Name):
            bound = [self.index.parent(b.node) for b in self.index.bindings(made)]
            # `a, b = f(source)` too
            statements = [self.index.parent(each) if isinstance(each, ast.Tuple) else each for each in bound]
            values = [getattr(each, "value", None) for each in statements]
            return any(isinstance(value, ast.expr) and self._made_from(value, source, depth + 1) for value in values)
        if isinstance(made, ast.ListComp) and isinstance(made.generators[0].iter, ast.Name):
            return self._made_from(made.generators[0].iter, source, depth)
        return False

    def _grown_beside(self, one: ast.expr, other: ast.expr) -> bool:
        """Whether two lists are appended to in the same loop."""
        if not isinstance(one, ast.Name) or not isinstance(other, ast.Name):
            return False
        loops = []
        for name in (one.id, other.id):
            around: set[ast.AST] = set()
            for read in self.index.loads(name):
                attribute = self.index.parent(read)
                if isinstance(attribute, ast.Attribute) and attribute.attr == "append":
                    around.update(a for a in self.index.ancestors(read) if isinstance(a, _LOOPS))
            loops.append(around)
        return bool(loops[0] & loops[1])

    def _is_only_told(self, part: ast.expr) -> bool:
        """`for name in names[:5]: print(name)`: examples for a person."""
        loop = self.index.parent(part)
        if not isinstance(loop, ast.For) or loop.iter is not part:
            return False
        calls = (each.value for each in loop.body if isinstance(each, ast.Expr))
        return all(isinstance(each, ast.Expr) for each in loop.body) and all(
            isinstance(each, ast.Call) and self.displays(each) for each in calls
        )

    def _is_found(self, key: ast.expr, node: ast.expr) -> bool:
        """`types[names.index("A")]`, where `names` was made from `types`: the same item, wherever it is.

        So is the one of the largest number: `files[np.argmax(steps)]`.
        """
        if isinstance(key, ast.Name):
            values = [getattr(self.index.parent(each.node), "value", None) for each in self.index.bindings(key)]
            return len(values) == 1 and isinstance(values[0], ast.Call) and self._is_found(values[0], node)
        if not isinstance(key, ast.Call) or not isinstance(key.func, ast.Attribute):
            return False
        searched = key.func.value
        if not EXTREMES.isdisjoint(self.index.callee_names(key)) and key.args:
            searched = key.args[0]
        elif key.func.attr not in {"index", "argmax", "argmin"}:
            return False
        made = isinstance(searched, ast.Call) and table("numbers", "arrays").any_of(self.index.callee_names(searched))
        return self.aligned(node, searched.args[0] if made and isinstance(searched, ast.Call) else searched)

    def _is_replaced(self, taken: ast.Subscript) -> bool:
        """`names[-1] = "and " + names[-1]`: an item that stays at its place."""
        statement = self.index.statement(taken)
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        return any(ast.unparse(target) == ast.unparse(taken) for target in targets)

    def _is_mask(self, key: ast.expr) -> bool:
        return isinstance(key, ast.Compare | ast.List | ast.Tuple)

    def _steps(self, key: ast.Name, node: ast.expr) -> ast.AST | None:
        """The loop that runs a name over all positions of a list: `for i in range(len(files))`."""
        for binding in self.index.bindings(key):
            loop = self.index.parent(binding.node)
            if isinstance(loop, ast.For | ast.comprehension) and isinstance(loop.iter, ast.Call):
                written = ast.dump(node)
                if "builtins.range" in self.index.callee_names(loop.iter) and any(
                    isinstance(inner, ast.expr) and ast.dump(inner) == written for inner in ast.walk(loop.iter)
                ):
                    return loop
        return None

    def single(self, node: ast.expr) -> bool:
        """Whether code asks that a collection has exactly one element."""
        if self._is_the_other(node):
            return True
        function = self.index.function(node)
        written = {ast.dump(node)}
        if isinstance(node, ast.Call) and node.args:
            written.add(ast.dump(node.args[0]))
        if isinstance(node, ast.Name):
            for binding in self.index.bindings(node):
                value = getattr(self.index.parent(binding.node), "value", None)
                if isinstance(value, ast.Call) and value.args:
                    written.add(ast.dump(value.args[0]))
        return any(
            self.index.function(call) is function and ast.dump(call.args[0]) in written and self._asks_for_one(call)
            for call in self.facts.lengths
        )

    def _is_the_other(self, node: ast.expr) -> bool:
        """`{a, b} - {x}`: the other one of two."""
        while isinstance(node, ast.Call) and node.args:
            node = node.args[0]
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Sub):
            return False
        return self._size_of(node.left) == 2 and self._size_of(node.right) == 1

    def _size_of(self, node: ast.expr) -> int:
        """How many elements are written out of a set; 0 where that is not seen."""
        if isinstance(node, ast.Name):
            values = [getattr(self.index.parent(each.node), "value", None) for each in self.index.bindings(node)]
            return self._size_of(values[0]) if len(values) == 1 and isinstance(values[0], ast.expr) else 0
        if isinstance(node, ast.Call) and len(node.args) == 1:
            node = node.args[0]
        elements = node.elts if isinstance(node, ast.Set | ast.List | ast.Tuple) else []
        return 0 if any(isinstance(each, ast.Starred) for each in elements) else len(elements)

    def _asks_for_one(self, call: ast.Call) -> bool:
        """Whether `len(x)` is compared with one (or `assertLen(x, 1)`)."""
        parent = self.index.parent(call)
        if isinstance(parent, ast.Compare) and isinstance(parent.comparators[0], ast.Constant):
            return any(isinstance(parent.ops[0], op) and parent.comparators[0].value == n for op, n in _SINGLE)
        given = call if isinstance(call.func, ast.Attribute) else parent
        return isinstance(given, ast.Call) and any(isinstance(a, ast.Constant) and a.value == 1 for a in given.args)

    def _displayed(self, node: ast.expr, parent: ast.List | ast.Tuple, track: Track) -> None:
        """An element of a list or tuple."""
        if not isinstance(parent.ctx, ast.Load):
            return
        if isinstance(self.index.parent(parent), ast.Subscript) and self._is_slice(parent):
            self._selects(node, self.index.parent(parent), track)  # type: ignore[arg-type]
        elif isinstance(self.index.parent(parent), ast.BinOp):
            self.follow(parent, track if track.form == "text" else Track("holder", track.place, items=track))
        elif track.form in {"list", "set", "holder", "mapping", "text"}:
            if isinstance(parent, ast.Tuple):
                held = Track("holder", track.place, columns=((parent.elts.index(node), track),))
            else:
                held = Track("holder", track.place, items=track)
            self.follow(parent, held)

    def _is_slice(self, node: ast.expr) -> bool:
        outer = self.index.parent(node)
        return isinstance(outer, ast.Subscript) and outer.slice is node

    def _entry(self, node: ast.expr, parent: ast.Dict, track: Track) -> None:
        """A value in a dict; a table of parameters may keep the order of a set that is given in it."""
        place_ = next((i for i, value in enumerate(parent.values) if value is node), None)
        if place_ is None:
            return
        key = parent.keys[place_]
        if key is None:
            if track.form == "mapping":
                self.follow(parent, track)
            return
        if isinstance(key, ast.Constant) and ASKED.match(str(key.value)):
            return
        if track.form == "set":
            kept = isinstance(key, ast.Constant) and key.value in words("kept_keys", "keys")
            if kept and self.index.imports & words("kept_keys", "imports"):
                self.shows(node, replace(track, place=node), "the library keeps the order")
            return
        self.follow(parent, Track("holder", track.place, items=track))


def _is_one(node: ast.expr) -> bool:
    """`{"loss"}`: what it has in common with another set is one item at most."""
    return isinstance(node, ast.Set) and len(node.elts) == 1 and not isinstance(node.elts[0], ast.Starred)
