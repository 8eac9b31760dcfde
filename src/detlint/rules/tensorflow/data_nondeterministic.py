"""DET307."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.modes import state
from detlint.rules.repairs import Repair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Fix


_DATASET = "tensorflow.data.Dataset"
_METHODS = {"map": 2, "interleave": 4, "batch": 3}
"""Methods of a data set that take `deterministic`, with its position."""

_FUNCTIONS = {
    "tensorflow.data.experimental.parallel_interleave": ("sloppy", 3),
    "tensorflow.data.experimental.make_csv_dataset": ("sloppy", None),
    "tensorflow.data.experimental.make_batched_features_dataset": ("sloppy_ordering", None),
}
"""Functions that give up the order where an argument, at a position where anybody gives it by that, is true."""

_SETTINGS = ("tensorflow.data.Options.deterministic", "tensorflow.data.Options.experimental_deterministic")
_ONLY_DATASET = frozenset({"num_parallel_calls", "cycle_length", "drop_remainder"})


class DataNondeterministic(Rule):
    """A data set whose order is given up for speed."""

    code = "DET307"
    name = "tf-data-nondeterministic"
    summary = "`deterministic=False` in `tf.data`, where op determinism is not on"
    why = """
With `deterministic=False`, or the option of that name, `Dataset.map`, `interleave` and `batch` give elements in the
order in which parallel calls finish: the order, and with it the batches, differ from run to run whatever is seeded.
The same goes for `sloppy=True` of older functions. Op determinism overrides all of them, so they are reported only
where it is not on.
"""
    scope = "project"
    fix = "unsafe"
    bad = (
        Example("""\
import tensorflow as tf

def load(paths, parse):
    data = tf.data.Dataset.from_tensor_slices(paths)
    return data.map(parse, num_parallel_calls=tf.data.AUTOTUNE, deterministic=False)  # !
"""),
        Example(
            """\
import tensorflow as tf

options = tf.data.Options()
options.deterministic = False  # !
""",
            fixed="""\
import tensorflow as tf

options = tf.data.Options()
options.deterministic = True
""",
        ),
    )
    good = (
        Example("""\
import tensorflow as tf

def load(paths, parse):
    return tf.data.Dataset.from_tensor_slices(paths).map(parse, num_parallel_calls=4)
"""),
        Example("""\
import tensorflow as tf

tf.config.experimental.enable_op_determinism()
data = tf.data.Dataset.range(8).map(lambda x: x, num_parallel_calls=4, deterministic=False)
"""),
        Example("""\
class Pool:
    def map(self, f, deterministic=True):
        pass

Pool().map(print, deterministic=False)
"""),
    )
    sources = (
        "https://www.tensorflow.org/api_docs/python/tf/data/Dataset#map",
        "https://www.tensorflow.org/api_docs/python/tf/data/Options",
    )
    candidates = Candidates(
        calls=[*_FUNCTIONS, *(f"{_DATASET}.{method}" for method in _METHODS)],
        words=("deterministic", "experimental_deterministic", "sloppy", "sloppy_ordering"),
        forms=(("tensorflow", ""), ("tf", "")),
    )

    def check_file(self) -> None:
        """Report the arguments and settings that give up the order, where op determinism is not on."""
        for node, confidence in self._arguments():
            value = node.value if isinstance(node, ast.keyword) else node if isinstance(node, ast.expr) else None
            self._report(node, "This", confidence, value)
        for setting in self.context.index.assignments_to(*_SETTINGS):
            if self.context.constants(setting.value) == (False,):
                self._report(setting.target, "This option", Confidence.HIGH, setting.value)
        for target in self._unknown_options():
            value = getattr(self.context.index.statement(target), "value", None)
            self._report(target, "This option", Confidence.MEDIUM, value)

    def _report(self, node: ast.AST, what: str, confidence: Confidence, value: ast.expr | None) -> None:
        mode = state(self.context, node, "tensorflow")
        if mode != "on":
            self.report(
                node,
                f"{what} gives elements in the order in which parallel calls finish, which differs between runs.",
                "Drop it, or call `tf.config.experimental.enable_op_determinism()`, which overrides it.",
                confidence=Confidence.LOW if mode == "maybe" else confidence,
                fix=self._fix(value),
            )

    def _fix(self, value: ast.expr | None) -> Fix | None:
        """Keep the order: the opposite of the constant that is written."""
        if not isinstance(value, ast.Constant) or not isinstance(value.value, bool):
            return None
        if len(getattr(self.context.index.statement(value), "targets", [None])) != 1:
            return None
        repair = Repair(self.context)
        repair.replace(value, str(not value.value))
        return repair.unsafe("Keep the order of the elements")

    def _arguments(self) -> Iterator[tuple[ast.AST, Confidence]]:
        """Arguments that give up the order, and how sure it is that they do."""
        index = self.context.index
        for call in index.calls:
            method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            if method in _METHODS and self._may_give_it(call, _METHODS[method]):
                confidence = self._confidence(call, method)
                argument = index.arguments(call).get("deterministic", _METHODS[method])
                if confidence is not None and argument is not None and index.constants(argument.value) == (False,):
                    yield argument.node, confidence
        for name, (parameter, position) in _FUNCTIONS.items():
            for call in index.calls_of(name):
                argument = index.arguments(call).get(parameter, position)
                if argument is not None and index.constants(argument.value) == (True,):
                    yield argument.node, Confidence.HIGH

    def _may_give_it(self, call: ast.Call, position: int) -> bool:
        """Whether `deterministic` may be among the arguments: by position only where nothing else takes so many."""
        if any(keyword.arg in ("deterministic", None) for keyword in call.keywords):
            return True
        assert isinstance(call.func, ast.Attribute)
        return len(call.args) > position and self.context.index.is_type(call.func.value, _DATASET)

    def _confidence(self, call: ast.Call, method: str) -> Confidence | None:
        """How sure it is that a method is a data set's; None if it is not."""
        index = self.context.index
        assert isinstance(call.func, ast.Attribute)
        if index.is_type(call.func.value, _DATASET):
            return Confidence.HIGH
        if index.names(call.func) or index.types(call.func.value) or "tensorflow" not in index.imports:
            return None
        if any(function.name == method and index.owner(function) is not None for function in index.functions):
            return Confidence.LOW
        parallel = any(keyword.arg in _ONLY_DATASET for keyword in call.keywords)
        return Confidence.HIGH if parallel else Confidence.MEDIUM

    def _unknown_options(self) -> Iterator[ast.expr]:
        """Assignments of False to `experimental_deterministic` of unknown objects: no other library has it."""
        index = self.context.index
        if "experimental_deterministic" not in index.text or "tensorflow" not in index.imports:
            return
        for target in index.attribute_stores:
            statement = index.statement(target)
            if target.attr != "experimental_deterministic" or not isinstance(statement, ast.Assign):
                continue
            if target in statement.targets and not index.names(target) and index.constants(statement.value) == (False,):
                yield target
