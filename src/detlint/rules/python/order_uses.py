"""How a value whose order is arbitrary is used: followed from where it is made to where its order comes to show.

Given the index of a file and an expression that gives a listing, a set or results as they are ready; gives the uses
that hang on the order. What becomes of the order is told by the structure of the code: counting, searching, sorting
before use, sets and keyed dicts end it; lists, text and numbers made of it carry it on. Knows no rule.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from detlint.diagnostics import Confidence
from detlint.index import dotted_name
from detlint.index.values import LocalClass, LocalFunction
from detlint.rules.python.order_facts import Function, Place, end, names_in, place, table, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from detlint.index import FileIndex
    from detlint.rules.python.order_elements import Elements
    from detlint.rules.python.order_facts import Facts

Form = Literal["set", "list", "mapping", "text", "holder"]
TIES = "items whose sort keys are equal stay in that order"
UNTIE = "Let the key tell all items apart, for example `key=lambda item: (…, item)`."
"""How the order shows in a sort, and what to do: to sort once more would change nothing."""
_LIMIT = 600
"""Of the places that one value is followed to; code that goes beyond is generated, or not understood."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)
_TELLS = re.compile(r"(^|_)(warn|warning|raise|error|abort|die|fatal|notify|complain)s?(_|$)")
"""What functions are called that tell a person something."""
_GENERATOR = re.compile(r"(^|_)(rng|rand|rnd|random|random_state|generator|prng)(_|$)", re.IGNORECASE)
_SINGLE = {(ast.Eq, 1), (ast.NotEq, 1), (ast.Gt, 1), (ast.Lt, 2), (ast.LtE, 1), (ast.GtE, 2)}


@dataclass(frozen=True, slots=True)
class Track:
    """What is followed.

    form: a `set` has no order yet; a `list` (any ordered collection or iterator), `mapping` or `text` has an
    arbitrary one; a `holder` has an order of its own, and holds what is followed. `place` is where the order was
    made, where that is known. `items` is what the items of a collection (the values of a mapping) are; `columns` what
    the places of a tuple, or of the tuples that a collection holds, are. `numbered`: each item comes with its number.
    """

    form: Form
    place: ast.AST | None = None
    items: Track | None = None
    columns: tuple[tuple[int, Track], ...] = ()
    numbered: bool = False
    confidence: Confidence = Confidence.HIGH

    def held(self) -> Iterator[Track]:
        """What a holder holds, that of holders in it included."""
        for inner in (self.items, *(column for _, column in self.columns)):
            if inner is not None:
                yield from inner.held() if inner.form == "holder" else (inner,)


@dataclass(frozen=True, slots=True)
class Use:
    """A use that hangs on the order: where the order was made, where it shows, and what happens there."""

    place: ast.AST
    shows: ast.AST
    how: str
    confidence: Confidence


class Uses:
    """Follows one value; `found` are the uses of it that hang on its order."""

    def __init__(self, index: FileIndex, facts: Facts, elements: Elements, kind: str) -> None:
        self.index = index
        self.facts = facts
        self.elements = elements
        self.kind = kind
        self.found: list[Use] = []
        self._seen: set[tuple[object, ...]] = set()

    # ---------------------------------------------------------------------------------------------------- results
    def shows(self, node: ast.AST, track: Track, how: str, confidence: Confidence = Confidence.HIGH) -> None:
        """Note that an order shows at a node."""
        if not self._is_message(node):
            self.found.append(Use(track.place or node, node, how, min(confidence, track.confidence)))

    def ordered(self, node: ast.AST, track: Track) -> Track:
        """The track after a set was given an order at a node; others have one."""
        if track.form == "set":
            return replace(track, form="list", place=node)
        return track

    def _is_message(self, node: ast.AST) -> bool:
        """Whether a node is part of what is raised, asserted, logged or printed."""
        for ancestor in self.index.ancestors(node):
            if isinstance(ancestor, ast.Raise | ast.Assert):
                return True
            if isinstance(ancestor, ast.Call) and self.displays(ancestor):
                return True
            if isinstance(ancestor, ast.stmt):
                return False
        return False

    def displays(self, call: ast.Call) -> bool:
        """Whether a call shows its arguments to a person, or makes an error of them."""
        func = call.func
        word = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        if isinstance(func, ast.Attribute) and _is_console(func.value):
            return True
        if word.endswith(("Error", "Exception", "Warning", "Failed", "Failure")) or word == "Exit":
            return True
        if isinstance(func, ast.Attribute) and (word in words("methods", "shows") or word.startswith("assert")):
            return True
        if _TELLS.search(word) is not None and self.kind == "set":
            return True
        if not table("calls", "shows").any_of(self.index.callee_names(call)):
            return False
        return not any(k.arg == "file" and self._is_output(k.value) for k in call.keywords)

    def _is_output(self, node: ast.expr) -> bool:
        return not _is_console(node)

    # -------------------------------------------------------------------------------------------------- following
    def follow(self, node: ast.expr, track: Track) -> None:
        """Follow the value of an expression to where it goes."""
        key = (node, track.form, track.place, track.numbered)
        if key in self._seen or len(self._seen) > _LIMIT:
            return
        self._seen.add(key)
        if track.form == "set" and isinstance(node, ast.Name):
            proven = self.index.narrowed(node)
            if proven and not any("set" in kind.lower() for kind in proven):
                return
        parent = self.index.parent(node)
        handler = _PARENTS.get(type(parent))
        if handler is not None:
            handler(self, node, parent, track)

    def _through(self, _: ast.expr, parent: ast.expr, track: Track) -> None:
        self.follow(parent, track)

    def _conditional(self, node: ast.expr, parent: ast.IfExp, track: Track) -> None:
        if node is not parent.test:
            self.follow(parent, track)

    # ----------------------------------------------------------------------------------------- names and attributes
    def bind(self, target: ast.expr, track: Track, since: Place | None = None) -> None:
        """Follow what is assigned to a target."""
        since = since or end(target)
        if isinstance(target, ast.Starred):
            target = target.value
        if isinstance(target, ast.Name):
            cls = self.index.parent(self.index.statement(target))
            if isinstance(cls, ast.ClassDef):
                for read in self.facts.attribute_reads(cls, target.id):
                    self._read(read, target.id, track, since)
            self.named({target}, target.id, track, since)
        elif isinstance(target, ast.Attribute):
            self.attribute(target, track, since)
        elif isinstance(target, ast.Subscript):
            self._item_stored(target, track, since)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpacked(target, track)

    def parameter(self, argument: ast.arg, track: Track) -> None:
        """Follow what is given to a parameter."""
        if self.elements.annotation_of_numbers(argument.annotation) and self.kind == "set":
            return
        if self.kind == "set" and track.form == "set" and self.elements.set_annotation(argument.annotation) is not None:
            return
        self.named({argument}, argument.arg, track, end(argument))

    def named(self, bound: set[ast.AST], name: str, track: Track, since: Place, skip: ast.AST | None = None) -> None:
        """Follow a name from some of its bindings to where it is read after a place."""
        for load in self.index.loads(name):
            if load is skip or self._is_earlier(load, bound, since):
                continue
            if not bound.isdisjoint(b.node for b in self.index.bindings(load)):
                self._read(load, name, track, since)
        for statement in self.facts.augmented(name):
            target = statement.target
            key = (target, track.form, track.place)
            if key in self._seen or target in bound or not isinstance(target, ast.Name) or place(target) <= since:
                continue
            if not bound.isdisjoint(b.node for b in self.index.bindings(target)):
                self._seen.add(key)
                self.named({target}, name, track, since)

    def _is_earlier(self, load: ast.Name, bound: set[ast.AST], since: Place) -> bool:
        """Whether a name is read before a place, in the function that binds it."""
        if place(load) >= since or self._again(load, since):
            return False
        return self.index.function(load) in {self.index.function(b) for b in bound}

    def _again(self, load: ast.AST, since: Place) -> bool:
        """Whether a use that stands above a place may run after it, in the next round of a loop around both."""
        return any(isinstance(a, _LOOPS) and place(a) <= since <= end(a) for a in self.index.ancestors(load))

    def _read(self, load: ast.expr, name: str, track: Track, since: Place) -> None:
        settled = self._sorted_before(load, name, since) if track.form in {"list", "holder"} else None
        if settled is Confidence.HIGH:
            return
        self.follow(load, replace(track, confidence=Confidence.LOW) if settled is Confidence.LOW else track)

    def _sorted_before(self, load: ast.expr, name: str, since: Place) -> Confidence | None:
        """Whether `name.sort()` has run where the name is read: HIGH surely, LOW on some ways only."""
        settled = None
        here = set(self.index.blocks(load))
        for call in self.facts.sorts.get(name, ()):
            if self._is_part(load, call) or place(call) < since or place(call) > place(load):
                continue
            if self.index.function(call) is not self.index.function(load):
                continue
            extra = [block for block in self.index.blocks(call) if block not in here]
            if not extra or all(self._defaults_to_true(node) for node, _ in extra):
                return Confidence.HIGH
            settled = Confidence.LOW
        return settled

    @staticmethod
    def _is_part(load: ast.expr, call: ast.Call) -> bool:
        return place(call) <= place(load) <= end(call)

    def _defaults_to_true(self, node: ast.AST) -> bool:
        """Whether a branch is taken by default: `if sort:` with `sort=True` among the parameters."""
        if not isinstance(node, ast.If) or not isinstance(node.test, ast.Name):
            return False
        function = self.index.function(node)
        if not isinstance(function, _FUNCTIONS):
            return False
        return any(
            argument.arg == node.test.id and isinstance(default, ast.Constant) and default.value is True
            for argument, default in _defaults(function.args)
        )

    def grown(self, receiver: ast.expr, track: Track, since: Place) -> None:
        """Follow a collection that lives on elsewhere and was added to in an arbitrary order."""
        key = ("grown", receiver, track.form, track.place)
        if key in self._seen or len(self._seen) > _LIMIT:
            return
        self._seen.add(key)
        if isinstance(receiver, ast.Name):
            bound: set[ast.AST] = {b.node for b in self.index.bindings(receiver)}
            if isinstance(receiver.ctx, ast.Store):
                bound.add(receiver)
            self.named(bound, receiver.id, track, since, skip=receiver)
            for argument in bound:
                if isinstance(argument, ast.arg):
                    self._given_back(argument, track)
        elif isinstance(receiver, ast.Attribute):
            self.attribute(receiver, track, since)
        elif isinstance(receiver, ast.Subscript):
            self._item_stored(receiver, track, since)
        elif isinstance(receiver, ast.Call):
            method = receiver.func
            if isinstance(method, ast.Attribute) and method.attr == "setdefault":
                self.grown(method.value, Track("holder", track.place, items=track), since)

    def _given_back(self, argument: ast.arg, track: Track) -> None:
        """A parameter that was added to: what callers gave for it has grown."""
        function = self.index.function(argument)
        if not isinstance(function, _FUNCTIONS):
            return
        calls, _ = self.facts.calls_of(function)
        seen = False
        for call in calls:
            given = self._argument_for(call, function, argument) if isinstance(call, ast.Call) else None
            if given is not None and self.index.function(call) is not function:
                seen = True
                if isinstance(given, ast.Name | ast.Attribute):
                    self.grown(given, track, end(call))
        if not seen and track.form in {"list", "text"}:
            self.shows(argument, track, "a list is built in that order")

    def _argument_for(self, call: ast.Call, function: Function, argument: ast.arg) -> ast.expr | None:
        positional = [*function.args.posonlyargs, *function.args.args]
        skip = 1 if self.index.owner(function) is not None and isinstance(call.func, ast.Attribute) else 0
        where = positional.index(argument) - skip if argument in positional else None
        given = self.index.arguments(call).get(argument.arg, where)
        return given.value if given is not None else None

    def attribute(self, target: ast.Attribute, track: Track, since: Place) -> None:
        """Follow what is stored in an attribute."""
        name = dotted_name(target)
        cls = self.facts.self_class(target)
        key = (cls or name, target.attr, track.form, track.place)
        if key in self._seen or name is None:
            return
        self._seen.add(key)
        if self._sorted_after(name, since, target):
            return
        if cls is not None:
            reads = self.facts.attribute_reads(cls, target.attr)
        else:
            reads = [node for node in self.index.attribute_loads(target.attr) if dotted_name(node) == name]
        reads = [
            r for r in reads
            if place(r) > since or self.index.function(r) is not self.index.function(target) or self._again(r, since)
        ]  # fmt: skip
        for read in reads:
            self._read(read, name, track, since)
        if not reads and cls is not None and track.form in {"list", "text"}:
            self.shows(target, track, "it is kept in that order")

    def _sorted_after(self, name: str, since: Place, target: ast.AST) -> bool:
        """Whether an attribute is sorted in place after it was stored, in the same function."""
        here = set(self.index.blocks(target))
        return any(
            place(call) > since
            and self.index.function(call) is self.index.function(target)
            and set(self.index.blocks(call)) <= here
            and not self.ties(call)
            for call in self.facts.sorts.get(name, ())
        )

    def _item_stored(self, target: ast.Subscript, track: Track, since: Place) -> None:
        """`table[key] = …`: with a constant key that item is followed, else the items of the table."""
        name = dotted_name(target.value)
        if isinstance(target.slice, ast.Slice):
            if name is not None and isinstance(target.value, ast.Name | ast.Attribute):
                self.grown(target.value, track, since)
        elif isinstance(target.slice, ast.Constant):
            for read in self.facts.items(name or "", target.slice.value):
                if place(read) > since or self.index.function(read) is not self.index.function(target):
                    self.follow(read, track)
        elif isinstance(target.value, ast.Name | ast.Attribute):
            self.grown(target.value, Track("holder", track.place, items=track), since)

    def _unpacked(self, target: ast.Tuple | ast.List, track: Track) -> None:
        columns = dict(track.columns)
        if columns or track.form == "holder":
            for number, element in enumerate(target.elts):
                inner = columns.get(number, track.items)
                if inner is not None:
                    self.bind(element, inner)
        elif (
            track.form in {"set", "list"}
            and len(target.elts) > 1
            and not track.numbered
            and not self._rest_is_refused(target)
        ):
            parent = self.index.parent(target)
            where = parent.value if isinstance(parent, ast.Assign) else target
            self.shows(where, self.ordered(where, track), "its elements are unpacked by position")

    def _rest_is_refused(self, target: ast.Tuple | ast.List) -> bool:
        """`first, *others = names` and then `if others: raise`."""
        rest = [e.value.id for e in target.elts if isinstance(e, ast.Starred) and isinstance(e.value, ast.Name)]
        if len(target.elts) != 2 or not rest:
            return False
        tests = [self.index.parent(load) for load in self.index.loads(rest[0])]
        return any(isinstance(t, ast.If) and any(isinstance(s, ast.Raise) for s in t.body) for t in tests) or any(
            isinstance(self.index.parent(t), ast.Assert) for t in tests if isinstance(t, ast.UnaryOp)
        )

    # ------------------------------------------------------------------------------------------------- statements
    def _assigned(self, node: ast.expr, parent: ast.Assign, track: Track) -> None:
        for target in parent.targets:
            self.bind(target, track, end(node))

    def _declared(self, node: ast.expr, parent: ast.AnnAssign | ast.NamedExpr, track: Track) -> None:
        if node is not parent.value:
            return
        if isinstance(parent, ast.NamedExpr):
            self.follow(parent, track)
        elif self.kind == "set" and self.elements.annotation_of_numbers(parent.annotation):
            return
        self.bind(parent.target, track, end(node))

    def _augmented(self, node: ast.expr, parent: ast.AugAssign, track: Track) -> None:
        if node is not parent.value or not isinstance(parent.op, ast.Add):
            return
        if track.form in {"list", "text", "set"}:
            self.grown(parent.target, self.ordered(node, track), end(parent))

    def _returned(self, _: ast.expr, parent: ast.Return, track: Track) -> None:
        function = self.index.function(parent)
        if isinstance(function, _FUNCTIONS):
            self.given_by(function, parent, track)

    def given_by(self, function: Function, node: ast.AST, track: Track) -> None:
        """Follow what a function returns or yields to its callers; without any in sight, others keep its lists."""
        key = (function, track.form, track.place, track.columns)
        if key in self._seen:
            return
        self._seen.add(key)
        if self.kind == "set" and track.form == "set" and self.elements.annotation_of_numbers(function.returns):
            return
        calls, handed_on = self.facts.calls_of(function)
        for call in calls:
            self.follow(call, track)
        if calls:
            return
        if track.form == "holder":
            for inner in track.held():
                if inner.form in {"list", "text"}:
                    self.shows(node, inner, "it is returned in that order", self._unseen(function, handed_on))
        elif track.form in {"list", "text"}:
            how = "a text is made of it" if track.form == "text" else "a list is built in that order"
            self.shows(node, track, how, self._unseen(function, handed_on))

    @staticmethod
    def _unseen(function: Function, handed_on: bool) -> Confidence:
        """How sure it is that the order of what a function gives matters, where no call of it is in sight."""
        if handed_on or function.name in {"__iter__", "__repr__", "__str__", "__dir__", "__contains__", "__reversed__"}:
            return Confidence.LOW
        return Confidence.HIGH

    def _yielded_from(self, node: ast.expr, parent: ast.YieldFrom, track: Track) -> None:
        function = self.index.function(parent)
        if isinstance(function, _FUNCTIONS) and track.form in {"list", "set"}:
            self.given_by(function, parent, self.ordered(node, track))

    def _entered(self, node: ast.expr, parent: ast.withitem, track: Track) -> None:
        if node is parent.context_expr and parent.optional_vars is not None:
            self.bind(parent.optional_vars, track)

    def _for(self, node: ast.expr, parent: ast.For | ast.AsyncFor, track: Track) -> None:
        from detlint.rules.python.order_loops import Body

        if node is not parent.iter:
            return
        self._bind_items(parent.target, track, place(parent.body[0]))
        if track.form in {"set", "list", "mapping"}:
            Body(self, parent, self.ordered(node, track)).visit(parent.target)

    def _bind_items(self, target: ast.expr, track: Track, since: Place) -> None:
        """The targets of a loop over what is followed: what its items are, where that is followed too."""
        if track.numbered and isinstance(target, ast.Tuple) and len(target.elts) == 2:
            target = target.elts[1]
        if track.columns and isinstance(target, ast.Tuple | ast.List):
            for number, inner in track.columns:
                if number < len(target.elts):
                    self.bind(target.elts[number], inner, since)
        elif track.items is not None and track.form != "mapping":
            self.bind(target, track.items, since)

    # -------------------------------------------------------------------------------------------- comprehensions
    def _iterated(self, node: ast.expr, parent: ast.comprehension, track: Track) -> None:
        from detlint.rules.python.order_loops import Body

        if node is not parent.iter:
            return
        owner = self.index.parent(parent)
        assert isinstance(owner, _COMPREHENSIONS)
        self._bind_items(parent.target, track, (0, 0))
        if track.form == "holder":
            return
        track = self.ordered(node, track)
        parts = [owner.key, owner.value] if isinstance(owner, ast.DictComp) else [owner.elt]
        body = Body(self, owner, track)
        tainted = body.taint(parent.target, owner)
        if track.numbered and isinstance(parent.target, ast.Tuple) and isinstance(parent.target.elts[0], ast.Name):
            counter = parent.target.elts[0].id
            if any(counter in names_in(part) for part in parts) and not isinstance(
                owner, ast.ListComp | ast.GeneratorExp
            ):
                self.shows(owner, track, "it numbers the items")
                return
        if any(body.draws(part) for part in parts):
            self.shows(owner, track, "random numbers are drawn in that order")
            return
        if not any(tainted & names_in(part) for part in parts):
            return
        track = Track("list", track.place, confidence=track.confidence)
        if isinstance(owner, ast.SetComp):
            return
        if isinstance(owner, ast.DictComp):
            self.follow(owner, replace(track, form="mapping"))
        elif not self._reduced(owner, track):
            self.follow(owner, track)

    def _reduced(self, owner: ast.ListComp | ast.GeneratorExp, track: Track) -> bool:
        """Whether a comprehension is only summed up or searched; sums of floats hang on the order."""
        call = self.index.parent(owner)
        if not isinstance(call, ast.Call) or owner not in call.args:
            return False
        names = self.index.callee_names(call)
        if table("calls", "sums").any_of(names):
            if self.elements.is_float(owner.elt):
                self.shows(call, track, "floats are added in that order")
            return True
        if table("calls", "takes").any_of(names):
            tests = [test for generator in owner.generators for test in generator.ifs]
            if not self.searches(tests):
                self.shows(call, track, "the first one is taken", self.first_confidence(tests))
            return True
        return False

    def searches(self, tests: Iterable[ast.expr]) -> bool:
        """Whether conditions look for one certain item: by equality or identity."""
        return any(
            isinstance(inner, ast.Compare)
            and any(isinstance(op, ast.Eq | ast.Is) for op in inner.ops)
            and not any(
                isinstance(side, ast.Constant) and side.value in (None, 0, 1, True, False) for side in inner.comparators
            )
            for test in tests
            for inner in ast.walk(test)
        )

    @staticmethod
    def first_confidence(tests: list[ast.expr]) -> Confidence:
        """How sure it is that several items may fit: certain without a condition, and for parts of names."""
        if not tests:
            return Confidence.HIGH
        parts = {
            "endswith",
            "startswith",
            "match",
            "search",
            "fnmatch",
            "is_file",
            "is_dir",
            "isfile",
            "isdir",
            "suffix",
        }
        asked = {
            inner.attr if isinstance(inner, ast.Attribute) else getattr(inner, "id", "")
            for test in tests
            for inner in ast.walk(test)
        }
        contains = any(isinstance(i, ast.Compare) and isinstance(i.ops[0], ast.In) and isinstance(i.left, ast.Constant)
                       for test in tests for i in ast.walk(test))  # fmt: skip
        return Confidence.HIGH if contains or parts & asked else Confidence.LOW

    def _repeated(self, node: ast.expr, parent: ast.expr, track: Track) -> None:
        """What a comprehension gives for each round."""
        made = parent.value if isinstance(parent, ast.DictComp) else getattr(parent, "elt", None)
        if node is made and not isinstance(parent, ast.SetComp) and track.form != "mapping":
            self.follow(parent, Track("holder", track.place, items=track))

    # ------------------------------------------------------------------------------------------------- operations
    def _operated(self, node: ast.expr, parent: ast.BinOp, track: Track) -> None:
        if track.form == "set":
            other = parent.right if node is parent.left else parent.left
            if isinstance(parent.op, ast.Mod):
                self.follow(parent, replace(self.ordered(node, track), form="text"))
            elif (isinstance(parent.op, ast.Sub) and node is parent.right) or (
                isinstance(parent.op, ast.BitAnd) and self.elements.holds_numbers(other)
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
        if track.form != "list" or not isinstance(parent.ctx, ast.Load) or key_of_dict:
            return
        self.follow(parent, replace(track, confidence=min(track.confidence, Confidence.MEDIUM)))
        if isinstance(self.index.parent(parent), ast.Assign | ast.Return | ast.Call):
            self.shows(parent, track, "a selection is made in that order", Confidence.MEDIUM)

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
            elif not self.single(node):
                self.shows(parent, track, "some of the items are taken by position")
        elif isinstance(key, ast.Constant) and isinstance(key.value, str):
            self.follow(parent, track)
        elif isinstance(key, ast.Name) and self._steps(key, node) is not None:
            from detlint.rules.python.order_loops import Body

            loop = self._steps(key, node)
            if isinstance(loop, ast.For):
                Body(self, loop, track).visit(None, marked=(parent,), counters=(key.id,))
            else:
                self.shows(parent, track, "a list is built in that order", Confidence.LOW)
        elif (isinstance(key, ast.Constant | ast.UnaryOp) or not self._is_mask(key)) and not self.single(node):
            one = isinstance(key, ast.Constant | ast.UnaryOp)
            self.shows(parent, track, "one item is taken by position" if one else "items are taken by position")

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
        if track.form == "set":
            kept = isinstance(key, ast.Constant) and key.value in words("kept_keys", "keys")
            if kept and self.index.imports & words("kept_keys", "imports"):
                self.shows(node, replace(track, place=node), "the library keeps the order")
            return
        self.follow(parent, Track("holder", track.place, items=track))

    def _starred(self, node: ast.expr, parent: ast.Starred, track: Track) -> None:
        outer = self.index.parent(parent)
        if track.form not in {"set", "list", "mapping"}:
            return
        track = self.ordered(node, track)
        if isinstance(outer, ast.List | ast.Tuple):
            if isinstance(outer.ctx, ast.Load):
                self.follow(outer, track)
        elif isinstance(outer, ast.Call):
            self._spread(parent, outer, track)

    def _spread(self, node: ast.Starred, call: ast.Call, track: Track) -> None:
        """`f(*items)`."""
        names = self.index.callee_names(call)
        attribute = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if (
            self.displays(call)
            or table("calls", "ends").any_of(names)
            or attribute in words("methods", "argument_ends")
        ):
            return
        if table("calls", "keeps").any_of(names) or "builtins.zip" in names:
            self.follow(call, track)
        elif names and not self._local_callees(call):
            # What takes any number of arguments mostly treats them alike.
            self.shows(node, track, "they are arguments by position", Confidence.LOW)

    # ------------------------------------------------------------------------------------------------------- calls
    def _keyword(self, node: ast.expr, parent: ast.keyword, track: Track) -> None:
        call = self.index.parent(parent)
        if isinstance(call, ast.Call):
            self._argument(node, call, track, parent.arg)

    def _called(self, node: ast.expr, parent: ast.Call, track: Track) -> None:
        if node is not parent.func:
            self._argument(node, parent, track)

    def _argument(self, node: ast.expr, call: ast.Call, track: Track, keyword: str | None = None) -> None:
        """What a call makes of the order of an argument."""
        names = self._names_of(call)
        for names_of, handle in _CALLS:
            if names_of().any_of(names):
                handle(self, node, call, track)
                return
        local = self._local_callees(call)
        if local:
            for function, skip in local:
                self._given(node, call, function, skip, keyword, track)
            return
        if self.displays(call) or track.form in {"mapping"}:
            return
        if isinstance(call.func, ast.Attribute) and self._argument_of_method(
            node, call, call.func.attr, track, keyword
        ):
            return
        self._out_of_sight(node, call, names, track, keyword)

    def _names_of(self, call: ast.Call) -> tuple[str, ...]:
        """The names of what is called; of a method also by the very class of its object, whatever class defines it."""
        names = self.index.callee_names(call)
        if isinstance(call.func, ast.Attribute):
            names += tuple(f"{kind}.{call.func.attr}" for kind in self.index.types(call.func.value))
        return names

    def _out_of_sight(
        self, node: ast.expr, call: ast.Call, names: tuple[str, ...], track: Track, keyword: str | None
    ) -> None:
        if track.form == "set":
            for row in _kept():
                if set(row["calls"]).intersection(names) and keyword in row["parameters"]:
                    self.shows(node, replace(track, place=node), "the library keeps the order")
            return
        if track.form == "holder":
            inner = [held for held in track.held() if held.form == "list"]
            if not inner:
                return
            track = inner[0]
        if keyword is not None and (keyword.endswith("__in") or keyword in words("calls", "telling_parameters")):
            return
        if table_prefix(names, words("draws", "prefixes")) or _chooses(call.func):
            self.shows(call, track, "random choices are made among the items by position")
            return
        if track.form == "text" and any(name.endswith("Exception.__init__") for name in self.index.names(call.func)):
            return
        how = "a text is made of it" if track.form == "text" else "it is handed on in that order"
        confidence = Confidence.HIGH if any(not name.startswith("?") for name in names) else Confidence.LOW
        if track.form == "text":
            # Most texts that are handed on are messages; those that are written to a file are told apart before.
            confidence = Confidence.LOW
        elif self.kind == "set" and not _keeps_order(call, names):
            confidence = min(confidence, Confidence.MEDIUM if names else Confidence.LOW)
        if self._decorates(call):
            confidence = Confidence.LOW
        self.shows(call, track, how, confidence)

    def _decorates(self, call: ast.Call) -> bool:
        """Whether a call makes a decorator: what it is given are mostly the parameters of tests."""
        function = self.index.parent(call)
        return isinstance(function, (*_FUNCTIONS, ast.ClassDef)) and call in function.decorator_list

    def _local_callees(self, call: ast.Call) -> list[tuple[Function, int]]:
        """The functions of this file that a call runs, each with the number of parameters bound already."""
        found: list[tuple[Function, int]] = []
        for value in self.index.evaluate(call.func).alternatives:
            if isinstance(value, LocalFunction) and isinstance(value.node, _FUNCTIONS):
                bound = (
                    self.index.owner(value.node) is not None and value.owner is not None and not _is_static(value.node)
                )
                found.append((value.node, 1 if bound else 0))
            elif isinstance(value, LocalClass):
                method = self.index.method(value, "__init__")
                if method is not None and isinstance(method.node, _FUNCTIONS):
                    found.append((method.node, 1))
        return found

    def _given(
        self, node: ast.expr, call: ast.Call, function: Function, skip: int, keyword: str | None, track: Track
    ) -> None:
        """Follow an argument into a function of this file."""
        arguments = function.args
        if keyword is not None:
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            found = next((a for a in every if a.arg == keyword), None)
        else:
            positional = [*arguments.posonlyargs, *arguments.args][skip:]
            number = next((i for i, a in enumerate(call.args) if a is node), -1)
            found = positional[number] if 0 <= number < len(positional) else None
        if found is not None:
            self.parameter(found, track)

    # ------------------------------------------------------------------------------------ what known calls make of it
    def _ended(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        return

    def _sorted(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        if track.form == "holder" or (call.args and call.args[0] is not node):
            return
        if track.columns:
            self.follow(call, Track("holder", track.place, items=None, columns=track.columns))
        elif self.ties(call):
            self.shows(node, self.ordered(node, track), TIES)

    def ties(self, call: ast.Call) -> bool:
        """Whether items that differ may tie under the key of a sort."""
        key = next((k.value for k in call.keywords if k.arg == "key"), None)
        if key is None or self.kind == "completion":
            return False
        if table("ties").any_of(self.index.names(key)):
            return self.kind == "set" or "builtins.len" in self.index.names(key)
        if isinstance(key, ast.Attribute):
            return self.kind == "set" and key.attr in words("ties", "methods")
        if not isinstance(key, ast.Lambda) or not key.args.args:
            return False
        return self._tying_body(key.body, key.args.args[0].arg)

    def _tying_body(self, body: ast.expr, item: str) -> bool:
        if isinstance(body, ast.Tuple):
            return all(self._tying_body(element, item) for element in body.elts)
        if isinstance(body, ast.UnaryOp):
            return self._tying_body(body.operand, item)
        if isinstance(body, ast.Call):
            if "builtins.len" in self.index.callee_names(body):
                return True
            by_item = isinstance(body.func, ast.Attribute) and body.func.attr in words("ties", "methods")
            return by_item and self.kind == "set" and any(getattr(a, "id", "") == item for a in body.args)
        if isinstance(body, ast.Subscript):
            return self.kind == "set" and getattr(body.slice, "id", "") == item
        return False

    def _copied(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        """`deepcopy(x)`: the same again."""
        self.follow(call, track)

    def _kept(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        """`list(x)`, `iter(x)`, `map(f, x)`, `chain(a, b)`, `np.array(x)`: the same order."""
        names = self.index.callee_names(call)
        if "builtins.map" in names and call.args and call.args[0] is node:
            return
        if track.form == "holder" and "builtins.list" not in names:
            if track.items is not None and track.items.form in {"list", "set"}:
                self.follow(call, self.ordered(node, track.items))
            return
        if track.form == "mapping" and not any(name.startswith(("builtins.", "itertools.")) for name in names):
            return
        if track.form == "text":
            return
        if track.form == "mapping":
            track = replace(track, form="list", items=None)
        self.follow(call, self.ordered(node, track))

    def _numbered(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        if track.form in {"set", "list", "mapping"}:
            self.follow(call, replace(self.ordered(node, track), form="list", numbered=True))

    def _zipped(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        """`zip(a, b)`: pairs by position, unless the others were made of the same collection."""
        if track.form not in {"set", "list", "mapping"}:
            return
        track = self.ordered(node, track)
        others = [argument for argument in call.args if argument is not node]
        if not any(self._counts(other) for other in others) and all(self._aligned(node, other) for other in others):
            self.follow(call, replace(track, form="list", items=None))
        else:
            self.shows(node, track, "items are paired by position")

    def _counts(self, node: ast.expr) -> bool:
        """`range(…)`, `itertools.count()`: numbers, whatever they were made from."""
        names = self.index.callee_names(node) if isinstance(node, ast.Call) else ()
        return not {"builtins.range", "itertools.count", "numpy.arange"}.isdisjoint(names)

    def _aligned(self, one: ast.expr, other: ast.expr) -> bool:
        """Whether one of two collections was made from the other item by item, or both in the same loop."""
        return self._made_from(one, other) or self._made_from(other, one) or self._grown_beside(one, other)

    def _made_from(self, made: ast.expr, source: ast.expr, depth: int = 0) -> bool:
        written = ast.dump(source)
        if any(isinstance(inner, ast.expr) and ast.dump(inner) == written for inner in ast.walk(made)):
            return True
        if depth < 2 and isinstance(made, ast.Name):
            values = [getattr(self.index.parent(b.node), "value", None) for b in self.index.bindings(made)]
            return any(isinstance(value, ast.expr) and self._made_from(value, source, depth + 1) for value in values)
        return False

    def _grown_beside(self, one: ast.expr, other: ast.expr) -> bool:
        """Whether two lists are appended to in the same loop."""
        if not isinstance(one, ast.Name) or not isinstance(other, ast.Name):
            return False
        loops = []
        for name in (one.id, other.id):
            around: set[ast.AST] = set()
            for load in self.index.loads(name):
                attribute = self.index.parent(load)
                if isinstance(attribute, ast.Attribute) and attribute.attr == "append":
                    around.update(a for a in self.index.ancestors(load) if isinstance(a, _LOOPS))
            loops.append(around)
        return bool(loops[0] & loops[1])

    def _mapped(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        """`dict(x)`, `Counter(x)`, `dict.fromkeys(x)`."""
        if track.numbered:
            self.shows(call, track, "it numbers the items")
        elif track.form in {"set", "list", "mapping"}:
            self.follow(call, Track("mapping", self.ordered(node, track).place, confidence=track.confidence))

    def _made_text(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        if track.form in {"set", "list"} and not track.columns:
            self.follow(call, replace(self.ordered(node, track), form="text"))

    def _shown(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        if not self.displays(call):
            self.shows(call, self.ordered(node, track), "it is written in that order")

    def _summed(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        return

    def _took(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        """`next(x)`."""
        if call.args[0] is not node or track.form not in {"list", "set"} or self.single(node):
            return
        if track.columns:
            self.follow(call, Track("holder", track.place, columns=track.columns))
        elif not isinstance(node, ast.GeneratorExp):
            self.shows(call, track, "one item is taken")

    # ------------------------------------------------------------------------------------------------------ methods
    def _argument_of_method(
        self, node: ast.expr, call: ast.Call, method: str, track: Track, keyword: str | None
    ) -> bool:
        """A method that is known by its name alone; False if it is not."""
        if method in words("methods", "argument_ends"):
            return True
        if method == "join":
            self._joined(node, call, track)
            return True
        if method in words("methods", "argument_grows"):
            if track.form in {"list", "set", "mapping"} and isinstance(call.func, ast.Attribute):
                self.grown(call.func.value, self.ordered(node, replace(track, numbered=False)), end(call))
            return True
        if method == "setdefault" and isinstance(call.func, ast.Attribute):
            self.grown(call.func.value, Track("holder", track.place, items=track), place(call))
            return True
        if method in {"append", "insert", "put", "get", "pop", "appendleft"}:
            if (
                method in {"append", "appendleft"}
                and isinstance(call.func, ast.Attribute)
                and track.form in {"list", "set"}
            ):
                self.grown(call.func.value, Track("holder", track.place, items=track), end(call))
            return True
        if method in words("methods", "argument_keeps"):
            if track.form in {"list", "set"}:
                self.follow(call, Track("list", self.ordered(node, track).place, confidence=track.confidence))
            return True
        if method in words("methods", "argument_writes"):
            if track.form in {"list", "text"} or (
                track.form == "set" and method in {"writelines", "writerow", "writerows"}
            ):
                self.shows(call, self.ordered(node, track), "it is written in that order")
            return True
        if method == "format" and track.form in {"list", "text", "set"}:
            self.follow(call, replace(self.ordered(node, track), form="text"))
            return True
        return False

    def _joined(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        """`", ".join(x)`; paths and tables are joined too, but not from sets."""
        if track.form in {"set", "list", "mapping"} and not isinstance(node, ast.Starred):
            self.follow(call, Track("text", self.ordered(node, track).place, confidence=track.confidence))

    def _attribute(self, node: ast.expr, parent: ast.Attribute, track: Track) -> None:
        """An attribute or method of what is followed."""
        call = self.index.parent(parent)
        if not isinstance(call, ast.Call) or call.func is not parent:
            if parent.attr in words("methods", "list_same") and track.form == "list":
                self.follow(parent, track)
            elif (parent.attr in {"loc", "iloc"} and track.form == "list") or parent.attr == "append":
                return
            return
        if track.form == "set":
            self._method_of_set(node, call, parent.attr, track)
        elif track.form == "list":
            self._method_of_list(node, call, parent.attr, track)
        elif track.form in {"mapping", "holder"}:
            self._method_of_mapping(node, call, parent.attr, track)
        elif parent.attr in words("methods", "list_same") or parent.attr == "join":
            self.follow(call, track)

    def _method_of_set(self, node: ast.expr, call: ast.Call, method: str, track: Track) -> None:
        if method in words("methods", "set_same"):
            if not (method == "intersection" and any(self.elements.holds_numbers(a) for a in call.args)):
                self.follow(call, track)
        elif method == "pop" and not call.args and not self.single(node):
            loop = self._worklist(node)
            if loop is None:
                if not isinstance(self.index.parent(call), ast.Expr):
                    self.shows(node, self.ordered(node, track), "one item is taken")
            else:
                self._worked_off(call, loop, self.ordered(node, track))
        elif method == "__iter__":
            self.follow(call, self.ordered(node, track))

    def _worklist(self, node: ast.expr) -> ast.While | None:
        """The loop that runs until a collection is empty."""
        names = names_in(node)
        for ancestor in self.index.ancestors(node):
            if isinstance(ancestor, ast.While) and names & names_in(ancestor.test):
                return ancestor
            if isinstance(ancestor, _FUNCTIONS):
                return None
        return None

    def _worked_off(self, call: ast.Call, loop: ast.While, track: Track) -> None:
        from detlint.rules.python.order_loops import Body

        target = self.index.parent(call)
        if isinstance(target, ast.Assign | ast.NamedExpr):
            name = target.targets[0] if isinstance(target, ast.Assign) else target.target
            Body(self, loop, replace(track, confidence=Confidence.LOW)).visit(name)

    def _method_of_list(self, node: ast.expr, call: ast.Call, method: str, track: Track) -> None:
        if method == "sort":
            if self.ties(call):
                self.shows(node, track, TIES)
        elif method in {"pop", "popleft", "__getitem__"}:
            loop = self._worklist(node)
            if loop is None and not self.single(node) and not isinstance(self.index.parent(call), ast.Expr):
                self.shows(call, track, "one item is taken by position")
            elif loop is not None:
                self._worked_off(call, loop, track)
        elif method == "index":
            self.shows(call, track, "a position is looked up")
        elif method in words("methods", "list_writes"):
            self.shows(call, track, "it is written in that order")
        elif method in words("methods", "list_same"):
            self.follow(call, Track("list", track.place, confidence=track.confidence))
        elif method in {"__next__", "next"}:
            self.shows(call, track, "one item is taken")
        elif method == "sample":
            self.shows(call, track, "random choices are made among the items by position")

    def _method_of_mapping(self, node: ast.expr, call: ast.Call, method: str, track: Track) -> None:
        if track.form == "holder":
            if method == "values" and track.items is not None:
                self.follow(call, track)
            elif method == "items" and track.items is not None:
                self.follow(call, Track("holder", track.place, columns=((1, track.items),)))
            elif method in {"get", "pop", "setdefault"} and track.items is not None:
                self.follow(call, track.items)
        elif method in {"keys", "values", "items"}:
            self.follow(call, replace(track, items=None))
        elif method == "copy":
            self.follow(call, track)
        elif method == "most_common" and not call.args:
            return
        elif method == "popitem":
            self.shows(call, track, "one item is taken")


def _chooses(func: ast.expr) -> bool:
    """`rng.choice`, `self.random_state.permutation`: a generator by its name."""
    if not isinstance(func, ast.Attribute) or func.attr not in words("draws", "methods"):
        return False
    receiver = func.value
    word = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
    return _GENERATOR.search(word) is not None


def _is_console(node: ast.expr) -> bool:
    """`sys.stdout`, `self.stderr`, `console`: what a person reads."""
    word = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return word in {"stdout", "stderr", "console", "__stdout__", "__stderr__"}


def table_prefix(names: Iterable[str], prefixes: Iterable[str]) -> bool:
    """Whether a name stands under one of the prefixes."""
    return any(name.startswith(tuple(prefixes)) for name in names)


def _keeps_order(call: ast.Call, names: tuple[str, ...]) -> bool:
    """Whether a callable is a library's, or a class: these keep what they are given."""
    return any(name.rpartition(".")[2][:1].isupper() or not name.startswith(".") for name in names)


def _kept() -> list[dict[str, Any]]:
    from detlint.rules.data import load

    rows: list[dict[str, Any]] = load(__package__, "order")["kept"]
    return rows


def _is_static(function: Function) -> bool:
    return any(getattr(d, "id", "") == "staticmethod" for d in function.decorator_list)


def _defaults(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = len(positional) - len(arguments.defaults)
    yield from zip(positional, [*[None] * missing, *arguments.defaults], strict=True)
    yield from zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)


_CALLS: tuple[tuple[Callable[[], Any], Callable[[Uses, ast.expr, ast.Call, Track], None]], ...] = (
    (lambda: table("calls", "sums"), Uses._summed),
    (lambda: table("calls", "pairs"), Uses._zipped),
    (lambda: table("calls", "ends"), Uses._ended),
    (lambda: table("calls", "sorts"), Uses._sorted),
    (lambda: table("calls", "copies"), Uses._copied),
    (lambda: table("calls", "keeps"), Uses._kept),
    (lambda: table("calls", "mappings"), Uses._mapped),
    (lambda: table("calls", "texts"), Uses._made_text),
    (lambda: table("calls", "takes"), Uses._took),
    (lambda: table("calls", "shows"), Uses._shown),
    (lambda: table("calls", "numbers"), Uses._numbered),
)

_PARENTS: dict[type[ast.AST] | type[None], Callable[..., None]] = {
    ast.Assign: Uses._assigned,
    ast.AnnAssign: Uses._declared,
    ast.NamedExpr: Uses._declared,
    ast.AugAssign: Uses._augmented,
    ast.Return: Uses._returned,
    ast.YieldFrom: Uses._yielded_from,
    ast.withitem: Uses._entered,
    ast.For: Uses._for,
    ast.AsyncFor: Uses._for,
    ast.comprehension: Uses._iterated,
    ast.ListComp: Uses._repeated,
    ast.GeneratorExp: Uses._repeated,
    ast.DictComp: Uses._repeated,
    ast.BinOp: Uses._operated,
    ast.BoolOp: Uses._through,
    ast.IfExp: Uses._conditional,
    ast.Await: Uses._through,
    ast.FormattedValue: Uses._formatted,
    ast.Subscript: Uses._subscripted,
    ast.List: Uses._displayed,
    ast.Tuple: Uses._displayed,
    ast.Dict: Uses._entry,
    ast.Starred: Uses._starred,
    ast.keyword: Uses._keyword,
    ast.Call: Uses._called,
    ast.Attribute: Uses._attribute,
}
