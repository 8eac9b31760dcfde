"""Which seeding calls of a file get entropy, None or nothing: what DET102, DET104 and DET122 report.

Given the index of a file; gives `SeedFinding`s, each at the call that seeds or that passes the value on to a function
that does, once a cause. Order and reach within the file decide whether a draw from a global random state is entropy.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

from detlint.diagnostics import Confidence
from detlint.index import FileIndex, NameSet
from detlint.index.values import LocalClass, LocalFunction, Mapping, Ref, walk
from detlint.rules.data import load
from detlint.rules.python.entropy import origins
from detlint.rules.python.entropy_facts import FIELDS, Generator, Missing, Source, facts, generators
from detlint.rules.python.entropy_questions import argument_of, called_functions, is_asked_for, is_seeded_later, written
from detlint.rules.python.seeding import Seeding, seeding_functions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index.tree import FunctionNode

SEED = "DET104"
_HELPER = re.compile(r"seed|determinis|reproduc", re.IGNORECASE)
_GIVES_SEED = re.compile(
    r"_*(get|make|new|gen|create|draw|next|pick|choose|comput|deriv|hash|log|print|save|parse|is_|has_|find|random_?seed|with|from)"
)
_NAMING = re.compile(r"(^|_)((file|dir|run)?name|slug|uuid|uid|suffix|token|password)s?$")
"""What functions are called that make names of files, runs and the like."""
_RAISING = frozenset({"raises", "assertRaises", "assertRaisesRegex"})
_KNOWN_ROOTS = ("torch.", "numpy.", "random.", "tensorflow.", "keras.", "jax.", "sklearn.", "scipy.")
_HARMLESS = frozenset(
    {
        "staticmethod",
        "classmethod",
        "property",
        "wraps",
        "cache",
        "lru_cache",
        "contextmanager",
        "no_grad",
        "inference_mode",
        "function",
        "jit",
        "njit",
        "overload",
        "override",
        "abstractmethod",
    }
)
"""Decorators that leave a function's defaults as they are written."""
_WORKERS = "worker_init_fn"
Place = tuple[int, int]


@dataclass(frozen=True, eq=False)
class SeedFinding:
    """A seed that differs from run to run: `node` is where it is reported, `origin` where it is drawn if elsewhere.

    written: whether a None stands in the call itself.
    """

    code: str
    node: ast.AST
    function: str
    kind: Literal["entropy", "none", "missing"]
    confidence: Confidence
    what: str = ""
    origin: ast.AST | None = None
    written: bool = False


@dataclass(frozen=True, eq=False)
class Sink:
    """A place that takes a seed.

    `node` is where it is reported, `value` the seed. `rule` is the code under which a None or missing seed is reported;
    "" where that means something else than entropy. `states` are the global random states that are seeded. `limit` is
    how sure a finding can be: less than certain where only a name says that a function out of sight seeds. `code`
    is the rule that reports entropy.
    """

    call: ast.Call
    node: ast.AST
    function: str
    value: ast.expr | None
    rule: str = ""
    states: tuple[str, ...] = ()
    limit: Confidence = Confidence.HIGH
    code: str = SEED


@cache
def _keywords() -> frozenset[str]:
    return frozenset(load(__package__, "entropy")["keywords"]["names"])


@cache
def _dictionaries() -> tuple[str, ...]:
    return tuple(load(__package__, "entropy")["keywords"]["dictionaries"])


@cache
def _foreign() -> tuple[str, ...]:
    return tuple(load(__package__, "entropy")["keywords"]["not_in"])


def taking_seeds() -> tuple[str, ...]:
    """The names of all functions and methods that take seeds."""
    return (*seeding_functions(), *generators())


def words_for_seeds() -> tuple[str, ...]:
    """What parameters that take seeds, and functions of other files that seed, are called."""
    return tuple(sorted({*_keywords(), *load(__package__, "entropy")["helpers"]["names"]}))


def seed_findings(index: FileIndex) -> tuple[SeedFinding, ...]:
    """All findings of a file, in the order of the source."""
    known = _FINDINGS.get(index)
    if known is None:
        known = _FINDINGS[index] = SeedFlow(index).findings()
    return known


class SeedFlow:
    """The analysis of one file."""

    def __init__(self, index: FileIndex) -> None:
        self.index = index
        self._calls_to: dict[FunctionNode, list[ast.AST]] | None = None
        self._seeders: list[tuple[ast.Call, Seeding, ast.expr | None]] | None = None
        self._found: list[SeedFinding] = []
        self._reported: set[ast.AST] = set()
        self._used: set[ast.AST] = set()
        self._unseeded: set[ast.AST] = set()

    def findings(self) -> tuple[SeedFinding, ...]:
        """All findings, in the order of the source."""
        sinks = [*self._direct_sinks(), *self._named_sinks()]
        sinks.sort(key=lambda sink: place(sink.node))
        for sink in sinks:
            self._without_seed(sink)
        self._follow([sink for sink in sinks if sink.limit == Confidence.HIGH])
        self._follow([sink for sink in sinks if sink.limit < Confidence.HIGH])
        self._found += self._made_fields()
        self._written_nones()
        self._unused_seeds()
        self._found.sort(key=lambda finding: place(finding.node))
        found = [self._unless_naming(f) for f in self._found if not self._inside_another(f) and not self._is_unread(f)]
        best: dict[ast.AST, SeedFinding] = {}
        for finding in found:
            known = best.get(finding.node)
            if known is None or finding.confidence > known.confidence:
                best[finding.node] = finding
        return tuple(best.values())

    def _unless_naming(self, finding: SeedFinding) -> SeedFinding:
        """A finding, low for a generator of its own in a function that makes names, or where code must fail."""
        call = self.index.parent(finding.node)
        made = isinstance(call, ast.Call) and call.func is finding.node and self.index.callee_names(call)
        function = self.index.function(finding.node)
        names = _NAMING.search(getattr(function, "name", "")) is not None or self._must_raise(finding.node)
        if names and made and all(name in generators() for name in made):
            return replace(finding, confidence=Confidence.LOW)
        return finding

    def _must_raise(self, node: ast.AST) -> bool:
        """Whether a test only asks that code around a place fails: `with pytest.raises(TypeError):`."""
        items = (i for around in self.index.ancestors(node) if isinstance(around, ast.With) for i in around.items)
        calls = (item.context_expr for item in items)
        asked = (each.func for each in calls if isinstance(each, ast.Call))
        return any(isinstance(func, ast.Attribute) and func.attr in _RAISING for func in asked)

    def _is_unread(self, finding: SeedFinding) -> bool:
        """Whether a generator is the default of a parameter that its function never reads."""
        made = self.index.parent(finding.node)
        arguments = self.index.parent(made) if isinstance(made, ast.Call) else None
        if not isinstance(arguments, ast.arguments):
            return False
        given = [*arguments.posonlyargs, *arguments.args]
        pairs = [*zip(reversed(given), reversed(arguments.defaults), strict=False)]
        pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)  # type: ignore[arg-type]
        parameter = next((each for each, default in pairs if default is made), None)
        return parameter is not None and not any(
            binding.node is parameter
            for load in self.index.loads(parameter.arg)
            for binding in self.index.bindings(load)
        )

    # ----------------------------------------------------------------------------------------------- what seeds
    def _direct_sinks(self) -> Iterator[Sink]:
        for call, names in self.index.find_calls(_seeders()):
            name = names[0]
            seeding = seeding_functions().get(name)
            if seeding is not None:
                yield self._seeding_sink(call, seeding)
            else:
                yield self._generator_sink(call, generators()[name])

    def _made_fields(self) -> Iterator[SeedFinding]:
        """`field(default_factory=np.random.default_rng)`: called without a seed for each object."""
        for call in self.index.calls_of(*FIELDS):
            factory = next((k.value for k in call.keywords if k.arg in ("default_factory", "factory")), None)
            names = self.index.names(factory) if factory is not None else ()
            made = next((generators()[name] for name in names if name in generators()), None)
            if made is not None and made.rule and isinstance(factory, (ast.Name, ast.Attribute)):
                yield SeedFinding(made.rule, factory, written(factory), "missing", Confidence.HIGH)

    def _seeding_sink(self, call: ast.Call, seeding: Seeding) -> Sink:
        function = written(call.func)
        if seeding.kind == "entropy":
            return Sink(call, call.func, function, None, SEED, seeding.states)
        if seeding.kind == "restore" or seeding.parameter is None:
            return Sink(call, call.func, function, None)
        arguments = self.index.arguments(call)
        given = arguments.get(seeding.parameter, seeding.position)
        if given is None:
            lacking = not arguments.open and seeding.missing == "entropy"
            return Sink(call, call.func, function, None, SEED if lacking else "", seeding.states)
        return Sink(call, call.func, function, given.value, SEED if seeding.none == "entropy" else "", seeding.states)

    def _generator_sink(self, call: ast.Call, generator: Generator) -> Sink:
        function = written(call.func)
        rule = generator.rule or (SEED if generator.missing == "entropy" else "")
        arguments = self.index.arguments(call)
        given = arguments.get(generator.parameter or "", generator.position)
        if given is None and (arguments.open or any(arguments.get(word) is not None for word in generator.instead)):
            rule = ""
        empty = given is None or self.index.constant(given.value) is None
        if rule and empty and generator.seeded_by and is_seeded_later(self.index, call):
            rule = ""
        value = given.value if given is not None else None
        return Sink(call, call.func, function, value, rule, code=generator.code)

    def _named_sinks(self) -> Iterator[Sink]:
        """Parameters and functions that take seeds by their name, of other libraries and out of sight."""
        wanted = _seeders()
        for call in self.index.calls:
            helper = bool(call.args) and _is_helper(call)
            if not helper and not any(k.arg is None or k.arg in _keywords() for k in call.keywords):
                continue
            names = self.index.callee_names(call)
            if any(wanted.matches(name) or name.startswith(_foreign()) for name in names):
                continue
            if helper and names and not any(name.startswith(_KNOWN_ROOTS) for name in names):
                yield Sink(call, call.func, written(call.func), call.args[0], limit=Confidence.MEDIUM)
            for keyword, argument in self.index.arguments(call).keywords.items():
                if keyword in _keywords() and argument.value is not None:
                    function = f"{written(call.func)}({keyword}=…)"
                    yield Sink(call, argument.node, function, argument.value, limit=self._limit(call, names))
        if self.index.imports.isdisjoint(name.rstrip(".") for name in _dictionaries()):
            return
        for call in self.index.calls:
            if any(name.startswith(_dictionaries()) for name in self.index.callee_names(call)):
                yield from self._dictionary_sinks(call)

    def _limit(self, call: ast.Call, names: tuple[str, ...]) -> Confidence:
        """How sure it is that a parameter called `seed` is one."""
        if any(isinstance(value, (LocalFunction, LocalClass)) for value in walk(self.index.evaluate(call.func))):
            # What the function does with it is in sight, and is no seeding, or it would have been followed there.
            return Confidence.LOW
        return Confidence.HIGH if names else Confidence.MEDIUM

    def _dictionary_sinks(self, call: ast.Call) -> Iterator[Sink]:
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            for value in self.index.evaluate(argument).alternatives:
                if isinstance(value, Mapping):
                    for key, entry in value.entries.items():
                        if key in _keywords() and entry.value is not None:
                            yield Sink(call, entry.key_node, f"{written(call.func)}({{{key!r}: …}})", entry.value)

    # ---------------------------------------------------------------------------------------------- what they get
    def _without_seed(self, sink: Sink) -> None:
        if sink.value is None:
            if sink.rule:
                self._found.append(SeedFinding(sink.rule, sink.node, sink.function, "missing", self._chosen(sink)))
                (self._reported if sink.rule == SEED else self._unseeded).add(sink.call)
        elif sink.rule and self.index.constants(sink.value) == (None,):
            found = origins(self.index, sink.value)
            if not found.sources and not found.parameters:
                for missing in found.nones.values():
                    self._report_none(sink, sink.node, sink.rule, missing)

    def _chosen(self, sink: Sink) -> Confidence:
        """Low for an attribute that another method gives a seeded object: it is seeded on some path."""
        target = self._attribute_set(sink.call)
        if target is None:
            return Confidence.HIGH
        for call in self.index.calls:
            if not (call.args or call.keywords) or written(call.func) != sink.function:
                continue
            elsewhere = self.index.function(call) is not self.index.function(sink.call)
            same_class = self.index.class_of(call) is self.index.class_of(sink.call)
            if elsewhere and same_class and self._attribute_set(call) == target:
                return Confidence.LOW
        return Confidence.HIGH

    def _attribute_set(self, call: ast.Call) -> str | None:
        """The attribute, as text, to which a call's result is assigned."""
        parent = self.index.parent(call)
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Attribute):
            return written(parent.targets[0])
        return None

    def _follow(self, sinks: list[Sink]) -> None:
        """Judge the value of each sink, and the calls of functions whose parameter is that value, and so on."""
        seen: dict[tuple[FunctionNode, str], bool] = {}
        queue: list[tuple[Sink, ast.AST, ast.expr, bool]] = [
            (sink, sink.node, sink.value, bool(sink.rule)) for sink in sinks if sink.value is not None
        ]
        while queue:
            sink, node, value, none = queue.pop(0)
            found = origins(self.index, value)
            self._judge(sink, node, list(found.sources.values()))
            if none:
                for missing in found.nones.values():
                    self._report_none(sink, node, SEED if node is sink.node else sink.rule, missing)
            for parameter, passes in found.parameters.items():
                matters = none and passes
                if seen.get(parameter) in (True, matters):
                    continue
                seen[parameter] = matters
                queue.extend(self._passed(sink, parameter[0], parameter[1], matters))

    def _written_nones(self) -> None:
        """`seed=None` written out in a call of a library for which it means no seed."""
        states = {row["prefix"]: row.get("state") for row in load(__package__, "entropy")["none"]}
        for call in self.index.calls:
            keyword = next((k for k in call.keywords if k.arg == "seed" and _is_none(k.value)), None)
            names = self.index.callee_names(call) if keyword is not None else ()
            for prefix, state in states.items():
                if keyword is None or not any(name.startswith(prefix) for name in names):
                    continue
                if state is None or self._seeded(Source(call, "", state=state), state) == "no":
                    function = written(call.func)
                    self._found.append(SeedFinding(SEED, keyword, function, "none", Confidence.HIGH, written=True))

    def _passed(
        self, sink: Sink, function: FunctionNode, name: str, none: bool
    ) -> Iterator[tuple[Sink, ast.AST, ast.expr, bool]]:
        """What the calls of a function give to the parameter that ends in a sink."""
        for call in self.calls_to(function):
            if not isinstance(call, ast.Call):
                continue
            value, default = argument_of(self.index, call, function, name)
            if value is not None:
                yield sink, call.func, value, none
            elif default is not None and none and self._is_left_to_none(call, function, default):
                self._report_none(sink, call.func, sink.rule, Missing(call))

    def _is_left_to_none(self, call: ast.Call, function: FunctionNode, default: ast.expr) -> bool:
        return self.index.constants(default) == (None,) and _keeps_defaults(function) and not _calls_super(call)

    def _judge(self, sink: Sink, node: ast.AST, sources: list[Source]) -> None:
        live = []
        for source in sources:
            # What another generator is made from has one cause with it: that one has no seed.
            own = bool(sink.states) or sink.code != SEED
            if source.cause not in self._reported and (own or source.node not in self._unseeded):
                confidence = self._confidence(source, sink)
                if confidence is not None:
                    live.append((Confidence.LOW if is_asked_for(self.index, source.node) else confidence, source))
        if not live:
            return
        confidence, source = max(live, key=lambda pair: pair[0])
        confidence = min(confidence, sink.limit)
        self._reported.update(s.cause for _, s in live)
        self._used.update(s.node for _, s in live)
        elsewhere = source.node if source.node.lineno != getattr(node, "lineno", 0) else None
        function = sink.function if node is sink.node else written(node)
        self._found.append(SeedFinding(sink.code, node, function, "entropy", confidence, source.what, elsewhere))

    def _report_none(self, sink: Sink, node: ast.AST, rule: str, missing: Missing) -> None:
        if missing.node in self._reported or not rule:
            return
        self._reported.add(missing.node)
        elsewhere = missing.node if getattr(missing.node, "lineno", 0) != getattr(node, "lineno", 0) else None
        function = sink.function if node is sink.node else written(node)
        is_written = missing.node is sink.value and node is sink.node
        self._found.append(
            SeedFinding(rule, node, function, "none", missing.confidence, missing.what, elsewhere, is_written)
        )

    def _inside_another(self, finding: SeedFinding) -> bool:
        """An unseeded generator within the call that takes its number as a seed: the seed is the finding."""
        if finding.kind != "missing" or finding.code == SEED:
            return False
        call = self.index.parent(finding.node)
        around = set(self.index.ancestors(call)) if call is not None else set()
        return any(
            f.kind == "entropy" and f.confidence > Confidence.LOW and self.index.parent(f.node) in around
            for f in self._found
        )

    def _unused_seeds(self) -> None:
        """Entropy that is called a seed, and seeds nothing in sight: low."""
        for call, _ in self.index.find_calls(_sources()):
            source = origins(self.index, call).sources.get(call)
            if source is None or call in self._used | self._unseeded or not self._is_called_seed(call):
                continue
            if self._live(source):
                self._found.append(SeedFinding(SEED, call, "", "entropy", Confidence.LOW, source.what))

    def _is_called_seed(self, call: ast.Call) -> bool:
        """Whether a call's value is assigned to something called a seed."""
        statement = self.index.statement(call)
        if isinstance(statement, ast.Assign):
            return any("seed" in _last_name(target).lower() for target in statement.targets)
        return isinstance(statement, ast.AnnAssign) and "seed" in _last_name(statement.target).lower()

    def _live(self, source: Source) -> bool:
        return source.state is None or self._seeded(source, source.state) != "yes"

    # ----------------------------------------------------------------------------------- draws from global states
    def _confidence(self, source: Source, sink: Sink) -> Confidence | None:
        """How sure it is that a source is one; None if it is not, as a draw from a state that is seeded before."""
        if source.state is None:
            return source.confidence
        seeded = self._seeded(source, source.state)
        if seeded == "yes":
            return None
        if seeded == "unknown" or self._in_worker(source.node):
            return Confidence.LOW
        # A caller in another file may have seeded the state; but not one that leaves the seeding to this function.
        seeded_too = set(sink.states)
        for _, seeding, value in self.seeders():
            if source.node in origins(self.index, value).sources:
                seeded_too.update(seeding.states)
        if seeded == "elsewhere" and source.state not in seeded_too:
            return Confidence.LOW
        if self.index.tree in self.occurrences(source.node):
            return Confidence.HIGH
        return Confidence.MEDIUM if seeded_too - {source.state} else Confidence.LOW

    def _seeded(self, source: Source, state: str) -> Literal["yes", "unknown", "elsewhere", "no"]:
        """Whether a state is seeded before a draw; `elsewhere`: in a function of which the file shows no call."""
        elsewhere = False
        for call, seeding, value in self.seeders():
            if state not in seeding.states or source.node in origins(self.index, value).sources:
                continue
            before = self._before(call, source.node)
            if before:
                return "yes"
            elsewhere = elsewhere or before is None
        if any(self._before(call, source.node) is not False for call in self._helpers()):
            return "unknown"
        return "elsewhere" if elsewhere else "no"

    def seeders(self) -> list[tuple[ast.Call, Seeding, ast.expr | None]]:
        """The calls that seed global states, with the seed."""
        if self._seeders is None:
            self._seeders = []
            for call, names in self.index.find_calls(NameSet(seeding_functions())):
                seeding = seeding_functions()[names[0]]
                given = self.index.arguments(call).get(seeding.parameter or "", seeding.position)
                if seeding.kind != "entropy" and (given is not None or seeding.missing == "fixed"):
                    self._seeders.append((call, seeding, given.value if given is not None else None))
        return self._seeders

    def _helpers(self) -> Iterator[ast.Call]:
        """Calls of functions from elsewhere that, by their name, may seed everything."""
        for call in self.index.calls:
            func = call.func
            word = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
            if _HELPER.search(word) and isinstance(self.index.evaluate(func), Ref):
                names = self.index.callee_names(call)
                known = (name.startswith(_KNOWN_ROOTS) or name in seeding_functions() for name in names)
                if not any(known):
                    yield call

    def _before(self, first: ast.AST, second: ast.AST) -> bool | None:
        """Whether one place runs before another; None if the file does not say."""
        left, right = self.occurrences(first), self.occurrences(second)
        common = [scope for scope in left if scope in right]
        if any(min(left[scope]) < max(right[scope]) for scope in common):
            return True
        if common:
            return False
        # What runs when a module is loaded runs before its functions, and a function that nobody calls does nothing.
        module = self.index.tree
        return (module in left) if module in left or module in right else None

    def occurrences(self, node: ast.AST) -> dict[ast.AST, list[Place]]:
        """In which functions, and in the module, a place runs, and where there, by the calls that lead to it."""
        found: dict[ast.AST, list[Place]] = {}
        queue = [(node, 0)]
        while queue:
            current, depth = queue.pop(0)
            scope = self._frame(current)
            places = found.setdefault(scope, [])
            if place(current) in places:
                continue
            places.append(place(current))
            if depth < 6 and isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
                queue.extend((call, depth + 1) for call in self.calls_to(scope))
        return found

    def _frame(self, node: ast.AST) -> ast.AST:
        function = self.index.function(node)
        while isinstance(function, ast.Lambda):
            function = self.index.function(function)
        return self.index.tree if function is None else function

    def calls_to(self, function: FunctionNode) -> list[ast.AST]:
        """The calls of a function of the file, and the places where it is handed on by its name."""
        if self._calls_to is None:
            self._calls_to = {}
            own = {node.name for node in (*self.index.functions, *self.index.classes)}
            for call in self.index.calls:
                if isinstance(call.func, ast.Attribute) and call.func.attr not in own:
                    continue
                for callee in called_functions(self.index, call):
                    self._calls_to.setdefault(callee, []).append(call)
        calls = self._calls_to.get(function, [])
        if isinstance(function, ast.Lambda) or self.index.owner(function) is not None:
            return calls
        handed = [load for load in self.index.loads(function.name) if not self._is_callee(load)]
        return [*calls, *handed]

    def _is_callee(self, load: ast.Name) -> bool:
        parent = self.index.parent(load)
        return isinstance(parent, ast.Call) and parent.func is load

    def _in_worker(self, node: ast.AST) -> bool:
        """Whether a place is in a function that loading workers start with: the loader seeds their states."""
        frame = self._frame(node)
        given = (k.value for call in self.index.calls for k in call.keywords if k.arg == _WORKERS)
        return any(isinstance(value, ast.Name) and value.id == getattr(frame, "name", None) for value in given)


_FINDINGS: WeakKeyDictionary[FileIndex, tuple[SeedFinding, ...]] = WeakKeyDictionary()


@cache
def _seeders() -> NameSet:
    return NameSet(taking_seeds())


@cache
def _sources() -> NameSet:
    return NameSet((*facts().sources, *facts().draws))


def place(node: ast.AST) -> Place:
    """Where a node starts."""
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))


def _keeps_defaults(function: FunctionNode) -> bool:
    """Whether nothing around a function (a configuration library, a command line) gives it other defaults."""
    for decorator in getattr(function, "decorator_list", ()):
        callee = decorator.func if isinstance(decorator, ast.Call) else decorator
        if getattr(callee, "attr", getattr(callee, "id", "")) not in _HARMLESS:
            return False
    return True


def _calls_super(call: ast.Call) -> bool:
    """Whether a call is `super().method(…)`: what a class leaves to its base is set later, if it is a seed."""
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Name) and receiver.func.id == "super"


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_helper(call: ast.Call) -> bool:
    """Whether a call is, by its name, of a function that seeds: `set_seed(x)`, `seed_all(x)`; not `get_seed(x)`."""
    word = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return "seed" in word.lower() and not _GIVES_SEED.match(word)


def _last_name(target: ast.expr) -> str:
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return ""
