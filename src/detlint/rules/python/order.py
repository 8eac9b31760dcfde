"""Values whose order is arbitrary, and their uses that hang on it: listings, sets, results as they are ready.

Given the index of a file, gives the findings of one kind in the order of the source. A listing or a stream of results
is found once, where it is made; a set wherever it is given an order. Knows no rule.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from detlint.diagnostics import Confidence
from detlint.index import FileIndex, NameSet
from detlint.rules.data import load
from detlint.rules.python.options import Options
from detlint.rules.python.order_elements import Elements
from detlint.rules.python.order_facts import Facts, place, table, words
from detlint.rules.python.order_loops import Body
from detlint.rules.python.order_names import taken_by_default
from detlint.rules.python.order_patterns import several_match
from detlint.rules.python.order_track import Track, Use
from detlint.rules.python.order_uses import Uses
from detlint.rules.python.set_text import displays_sets, names_sets

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["listing", "set", "completion"]
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)
_SET_OPERATIONS = (ast.BitAnd, ast.BitOr, ast.Sub, ast.BitXor)
_SETS = NameSet({"builtins.set", "builtins.frozenset"})


@dataclass(frozen=True, slots=True)
class OrderFinding:
    """A value of arbitrary order that is used by its order.

    `node`: where to report. `made`: the expression that makes the value. `shows`: where the order comes to show, and
    `how`.
    """

    node: ast.AST
    made: ast.AST
    shows: ast.AST
    how: str
    confidence: Confidence


def order_findings(index: FileIndex, kind: Kind) -> list[OrderFinding]:
    """All findings of one kind in a file."""
    return _Orders(index, kind).findings()


class _Orders:
    def __init__(self, index: FileIndex, kind: Kind) -> None:
        self.index = index
        self.kind = kind
        self.facts = Facts(index)
        self.elements = Elements(index, self.facts)
        self.options = Options(index)

    def findings(self) -> list[OrderFinding]:
        found: dict[ast.AST, OrderFinding] = {}
        for made, uses in self._followed():
            for finding in self._told(made, uses):
                known = found.get(finding.node)
                if known is None or known.confidence < finding.confidence:
                    found[finding.node] = finding
        return sorted(found.values(), key=lambda finding: place(finding.node))

    def _told(self, made: ast.AST, uses: Uses) -> Iterator[OrderFinding]:
        """The findings about one value: of a set one for each place, of the others the surest."""
        if self.kind == "set":
            best: dict[ast.AST, Use] = {}
            for use in uses.found:
                if use.place not in best or use.confidence > best[use.place].confidence:
                    best[use.place] = use
            chosen = list(best.values())
        else:
            chosen = [max(uses.found, key=lambda use: use.confidence)] if uses.found else []
        for use in chosen:
            yield OrderFinding(use.place, made, use.shows, use.how, use.confidence)

    def _followed(self) -> Iterator[tuple[ast.AST, Uses]]:
        sources = {"listing": self._listings, "set": self._sets, "completion": self._completions}[self.kind]
        yield from sources()

    def _new(self) -> Uses:
        return Uses(self.index, self.facts, self.elements, self.kind)

    def _follow(self, node: ast.expr, track: Track) -> tuple[ast.AST, Uses]:
        uses = self._new()
        uses.follow(node, track)
        return node, uses

    # ---------------------------------------------------------------------------------------------------- listings
    def _listings(self) -> Iterator[tuple[ast.AST, Uses]]:
        wanted = words("listings", "names") | words("listings", "paths")
        walks = words("listings", "walks") | words("listings", "path_walks")
        seen: set[ast.Call] = set()
        for call, names in self.index.find_calls(_listing_names()):
            seen.add(call)
            if wanted.intersection(names):
                confidence = several_match(self.index, call, names)
                if confidence is not None:
                    yield self._follow(call, Track("list", call.func, confidence=confidence))
            elif walks.intersection(names):
                yield self._walk(call)
        for call in self.index.calls:
            if call not in seen and isinstance(call.func, ast.Attribute):
                confidence = self._confidence_of_path(call.func)
                if confidence is not None:
                    yield self._follow(call, Track("list", call.func, confidence=confidence))

    def _confidence_of_path(self, func: ast.Attribute) -> Confidence | None:
        """How sure it is that a method on an object of unknown type is one of a path."""
        if f"pathlib.Path.{func.attr}" not in words("listings", "paths") or self.index.types(func.value):
            return None
        if any(not name.startswith("argparse.") for name in self.index.names(func)):
            return None
        if isinstance(func.value, ast.Attribute) and self._is_path_option(func.value):
            return Confidence.HIGH
        if func.attr in words("listings", "telling") and "pathlib" in self.index.imports:
            return Confidence.HIGH
        return Confidence.LOW

    def _is_path_option(self, node: ast.Attribute) -> bool:
        """`args.folder` of `add_argument("folder", type=Path)`."""
        for option in self.options.of(node):
            kind = self.index.arguments(option).get("type")
            if kind is not None and kind.value is not None and "pathlib.Path" in self.index.names(kind.value):
                return True
        return False

    def _walk(self, call: ast.Call) -> tuple[ast.AST, Uses]:
        """`os.walk`: the folders come in an arbitrary order unless they are sorted in place, and the files in each."""
        inner = Track("list", call.func)
        columns = ((1, inner), (2, inner))
        loop = self.index.parent(call)
        if isinstance(loop, ast.For | ast.AsyncFor) and self._sorts_folders(loop):
            uses = self._new()
            assert isinstance(loop.target, ast.Tuple)
            uses.bind(loop.target.elts[2], inner, place(loop.body[0]))
            return call, uses
        return self._follow(call, Track("list", call.func, columns=columns))

    def _sorts_folders(self, loop: ast.For | ast.AsyncFor) -> bool:
        if not isinstance(loop.target, ast.Tuple) or len(loop.target.elts) < 3:
            return False
        folders = loop.target.elts[1]
        if not isinstance(folders, ast.Name):
            return False
        for read in self.index.loads(folders.id):
            if not any(ancestor is loop for ancestor in self.index.ancestors(read)):
                continue
            parent = self.index.parent(read)
            if isinstance(parent, ast.Attribute) and parent.attr in {"sort", "clear"}:
                return True
            if (
                isinstance(parent, ast.Subscript)
                and isinstance(parent.slice, ast.Slice)
                and not isinstance(parent.ctx, ast.Load)
            ):
                value = getattr(self.index.parent(parent), "value", None)
                empty = (isinstance(value, ast.List) and not value.elts) or isinstance(parent.ctx, ast.Del)
                if empty or (value is not None and self._is_sorted(value)):
                    return True
        return any(isinstance(statement, ast.Break) for statement in loop.body)

    def _is_sorted(self, value: ast.expr) -> bool:
        return any(
            isinstance(inner, ast.Call) and table("calls", "sorts").any_of(self.index.callee_names(inner))
            for inner in ast.walk(value)
        )

    # -------------------------------------------------------------------------------------------------------- sets
    def _sets(self) -> Iterator[tuple[ast.AST, Uses]]:
        for made in self._made_sets():
            confidence = self.elements.confidence(made)
            if confidence is not None:
                yield self._follow(made, Track("set", confidence=confidence))
        yield from self._containers()
        yield from self._annotated()

    def _made_sets(self) -> Iterator[ast.expr]:
        """The expressions that make sets, in the order of the source."""
        found: list[ast.expr] = [call for call, _ in self.index.find_calls(_SETS)]
        if displays_sets(self.index.text):
            found += self.index.nodes(ast.Set, ast.SetComp)
        found += [node for node in self._views() if node not in found]
        return iter(sorted(found, key=place))

    def _views(self) -> Iterator[ast.BinOp]:
        """`a.keys() & b.keys()`: sets without being called so."""
        for call in self.index.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr == "keys" and not call.args:
                parent = self.index.parent(call)
                if isinstance(parent, ast.BinOp) and parent.left is call and isinstance(parent.op, _SET_OPERATIONS):
                    yield parent

    def _containers(self) -> Iterator[tuple[ast.AST, Uses]]:
        """`defaultdict(set)`: a table of sets."""
        for call in self.index.calls_of("collections.defaultdict"):
            of_sets = call.args and _SETS.names.intersection(self.index.names(call.args[0]))
            if of_sets and not self._adds_numbers_to_items(call):
                yield self._follow(call, Track("holder", items=Track("set")))

    def _adds_numbers_to_items(self, made: ast.Call) -> bool:
        """Whether all that is added to the sets of a table are numbers."""
        parent = self.index.parent(made)
        target = parent.targets[0] if isinstance(parent, ast.Assign) else getattr(parent, "target", None)
        if isinstance(parent, ast.AnnAssign) and "int" in ast.dump(parent.annotation):
            return True
        added = self.elements.added_to_items(target) if target is not None else []
        return bool(added) and all(added)

    def _annotated(self) -> Iterator[tuple[ast.AST, Uses]]:
        """Parameters, fields and results that annotations call sets."""
        for function in self.index.functions:
            for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
                track = self._annotated_track(argument.annotation)
                if track is not None and not self.elements.hints_number(argument):
                    uses = self._new()
                    uses.named({argument}, argument.arg, track, place(argument))
                    yield argument, uses
            track = self._annotated_track(function.returns)
            # `-> set` over `return a, b` is a slip: the annotation says nothing.
            if track is not None and not any(isinstance(r.value, ast.Tuple) for r in self.index.returns(function)):
                uses = self._new()
                for call in self.facts.calls_of(function)[0]:
                    uses.follow(call, track)
                yield function, uses
        for statement in self._declarations():
            track = self._annotated_track(statement.annotation)
            assert track is not None
            uses = self._new()
            uses.bind(statement.target, track)
            yield statement, uses

    def _declarations(self) -> Iterator[ast.AnnAssign]:
        """Annotations of names and fields whose value does not make the set in sight."""
        if not names_sets(self.index.text):
            return
        for node in self.index.nodes(ast.AnnAssign):
            if self._annotated_track(node.annotation) is not None and not self._makes_set(node.value):
                yield node

    def _makes_set(self, node: ast.expr | None) -> bool:
        if isinstance(node, ast.Call):
            return bool({"builtins.set", "builtins.frozenset"}.intersection(self.index.callee_names(node)))
        return isinstance(node, ast.Set | ast.SetComp)

    def _annotated_track(self, annotation: ast.expr | None) -> Track | None:
        """What to follow of what an annotation calls a set, or a table or list of sets."""
        if annotation is None:
            return None
        found = self.elements.set_annotation(annotation)
        if found is not None:
            return None if self.elements.annotation_of_numbers(found) else Track("set")
        return Track("holder", items=Track("set")) if self.elements.holder_annotation(annotation) else None

    # ------------------------------------------------------------------------------------------------- completions
    def _completions(self) -> Iterator[tuple[ast.AST, Uses]]:
        streams, waits = words("completions", "names"), words("completions", "waits")
        first = words("completions", "always_first")
        for call, names in self.index.find_calls(_completion_names()):
            ready = Track("list", call.func, confidence=self._unless_asked(call))
            if streams.intersection(names):
                yield self._follow(call, ready)
            elif first.intersection(names) or (waits.intersection(names) and self._waits_for_first(call)):
                yield self._follow(call, Track("holder", call.func, columns=((0, ready),)))
        for call in self.index.calls:
            if isinstance(call.func, ast.Attribute):
                if call.func.attr in words("completions", "methods"):
                    yield self._follow(call, Track("list", call.func, confidence=self._unless_asked(call)))
                elif call.func.attr in words("completions", "callbacks"):
                    yield from self._callback(call)
        if self._has_processes():
            for call in self.index.calls_of(*(f"{kind}.get" for kind in words("completions", "queues"))):
                yield from self._received(call)

    def _unless_asked(self, call: ast.Call) -> Confidence:
        """How sure the order is lost: not where a parameter must ask for it, and else the results come in order."""
        for around, branch in self.index.blocks(call):
            default = taken_by_default(self.index, around) if isinstance(around, ast.If) else ""
            if default and default != branch and any(map(_maps_in_order, getattr(around, default))):
                return Confidence.LOW
        return Confidence.HIGH

    def _waits_for_first(self, call: ast.Call) -> bool:
        given = self.index.arguments(call).get("return_when", 2)
        if given is None or given.value is None:
            return False
        value = self.index.constant(given.value)
        names = self.index.names(given.value)
        return value in words("completions", "first") or not words("completions", "first").isdisjoint(names)

    def _callback(self, call: ast.Call) -> Iterator[tuple[ast.AST, Uses]]:
        """`pool.apply_async(f, args, callback=results.append)`."""
        assert isinstance(call.func, ast.Attribute)
        if call.func.attr == "add_done_callback":
            given = call.args[0] if call.args else None
        else:
            given = next((k.value for k in call.keywords if k.arg == "callback"), None)
        if isinstance(given, ast.Lambda) and isinstance(given.body, ast.Call):
            given = given.body.func
        if isinstance(given, ast.Attribute) and given.attr == "append" and self._repeats(call):
            uses = self._new()
            uses.grown(given.value, Track("list", given), place(call))
            yield call, uses

    def _repeats(self, node: ast.AST) -> bool:
        return any(isinstance(a, (*_LOOPS, *_COMPREHENSIONS)) for a in self.index.ancestors(node))

    def _has_processes(self) -> bool:
        """Whether several processes are started, so that which one is first is open."""
        return any(self._repeats(call) for call in self.index.calls_of(*words("completions", "processes")))

    def _received(self, call: ast.Call) -> Iterator[tuple[ast.AST, Uses]]:
        """`queue.get()`, once for each of several."""
        around = next(
            (a for a in self.index.ancestors(call) if isinstance(a, (*_LOOPS, *_COMPREHENSIONS, ast.FunctionDef))), None
        )
        track = Track("list", call.func)
        uses = self._new()
        if isinstance(around, ast.ListComp | ast.GeneratorExp):
            uses.follow(around, track)
            yield call, uses
        elif isinstance(around, ast.For | ast.AsyncFor):
            Body(uses, around, track).visit(None, marked=(call,))
            yield call, uses


def _maps_in_order(statement: ast.stmt) -> bool:
    """Whether a statement has a pool give results in the order of what it is given."""
    called = (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(isinstance(func, ast.Attribute) and func.attr in {"map", "imap"} for func in called)


@cache
def _listing_names() -> NameSet:
    rows = load(__package__, "order")["listings"]
    return NameSet((*rows["names"], *rows["walks"], *rows["paths"], *rows["path_walks"]))


@cache
def _completion_names() -> NameSet:
    rows = load(__package__, "order")["completions"]
    return NameSet((*rows["names"], *rows["waits"], *rows["always_first"]))
