"""DET405: sums over workers, whose order and parts hang on the cluster."""

from __future__ import annotations

import ast

from detlint.diagnostics import Confidence, Severity
from detlint.index import values
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.xgboost import facts, params
from detlint.rules.xgboost.distributed import Verdict, amount, current_client, partitions, workers, worst
from detlint.rules.xgboost.uses import Use, made, uses

_ALLREDUCE = ("xgboost.collective.allreduce", "xgboost.rabit.allreduce", "rabit.allreduce")
_SUM = 2
_INTEGERS = frozenset(
    {
        "int",
        "bool",
        "numpy.bool_",
        "numpy.intp",
        *(f"numpy.{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
    }
)
_INTEGER_CALLS = frozenset({"len", "int", "ord", "num_row", "num_col", "get_world_size", "get_rank", "count_nonzero"})


class XgboostAllreduce(Rule):
    """Reports all-reduce of floats by sum, and distributed training whose workers or partitions are not fixed."""

    code = "DET405"
    name = "xgboost-allreduce"
    summary = "all-reduce of floats by sum, or Dask or Spark training whose workers or partitions are not fixed"
    why = """\
Sums of floats depend on their order and on how they are split. XGBoost's distributed training adds histograms over
workers, so another number of workers or other partitions give another model, and so does an all-reduce of one's own.
`MAX`, `MIN` and integers do not depend on order.

Fixed are a number of workers that is written out (PySpark's default is one) and `chunks`, `npartitions`, `blocksize`
or slices that are given. A client or a frame that is handed in is low confidence."""
    severity = Severity.WARNING
    scope = "file"
    bad = (
        Example(
            "import numpy as np\n"
            "from xgboost import collective\n\n"
            "total = collective.allreduce(np.array([0.5, 1.5]), collective.Op.SUM)  # !\n"
        ),
        Example(
            "import dask.dataframe as dd\n"
            "from dask.distributed import Client\n"
            "from xgboost import dask as dxgb\n\n"
            "client = Client()\n"
            'frame = dd.read_csv("data.csv", blocksize="64MB")\n'
            'data = dxgb.DaskDMatrix(client, frame[["a"]], frame["y"])\n'
            'dxgb.train(client, {"tree_method": "hist"}, data)  # !\n'
        ),
    )
    good = (
        Example(
            "import numpy as np\n"
            "from xgboost import collective\n\n"
            "most = collective.allreduce(np.array([0.5, 1.5]), collective.Op.MAX)\n"
        ),
        Example(
            "import dask.dataframe as dd\n"
            "from dask.distributed import Client\n"
            "from xgboost import dask as dxgb\n\n"
            "client = Client(n_workers=4)\n"
            'frame = dd.read_csv("data.csv", blocksize="64MB")\n'
            'data = dxgb.DaskDMatrix(client, frame[["a"]], frame["y"])\n'
            'dxgb.train(client, {"tree_method": "hist"}, data)\n'
        ),
    )
    sources = (
        "https://xgboost.readthedocs.io/en/stable/tutorials/dask.html",
        "https://xgboost.readthedocs.io/en/stable/tutorials/spark_estimator.html",
        "https://xgboost.readthedocs.io/en/stable/python/python_api.html#module-xgboost.collective",
    )
    candidates = Candidates(words=("rabit", *facts.words("xgboost")))

    def check_file(self) -> None:
        """Report all-reduces, then distributed training."""
        for call in self.context.index.calls_of(*_ALLREDUCE):
            self._check_allreduce(call)
        self._check_dask()
        self._check_spark()

    # ------------------------------------------------------------------------------------------------------ all-reduce
    def _check_allreduce(self, call: ast.Call) -> None:
        arguments = self.context.index.arguments(call)
        operation = arguments.get("op", 1)
        data = arguments.get("data", 0)
        summed = self._is_sum(operation.value if operation else None)
        if summed is False or (data is not None and data.value is not None and self._is_integer(data.value)):
            return
        self.report(
            call.func,
            "An all-reduce of floats by sum adds in an order that depends on the workers, so the last bits can differ.",
            "Fix the number of workers and the parts that each gets, or sum integers.",
            confidence=Confidence.HIGH if summed else Confidence.LOW,
        )

    def _is_sum(self, operation: ast.expr | None) -> bool | None:
        """Whether an operation is SUM; None if it is not in sight."""
        if operation is None:
            return None
        names = self.context.index.names(operation)
        if names:
            return any(name.endswith(".SUM") for name in names)
        constant = self.context.index.constant(operation)
        return constant == _SUM if isinstance(constant, int) else None

    def _is_integer(self, data: ast.expr, depth: int = 0) -> bool:
        """Whether an array certainly holds integers."""
        index = self.context.index
        source = params.assigned(index, data)
        if not isinstance(source, ast.Call) or depth > 3:
            return False
        arguments = index.arguments(source)
        if isinstance(source.func, ast.Attribute) and source.func.attr == "astype":
            kind = arguments.get("dtype", 0)
            return kind is not None and kind.value is not None and self._is_integer_type(kind.value)
        kind = arguments.get("dtype")
        if kind is not None and kind.value is not None:
            return self._is_integer_type(kind.value)
        names = index.names(source.func)
        if "numpy.bincount" in names:
            return arguments.get("weights", 1) is None
        if "numpy.arange" in names:
            return all(map(self._is_count, source.args))
        if not {"numpy.array", "numpy.asarray"} & set(names):
            return False
        return bool(source.args) and self._are_integers(source.args[0])

    def _is_integer_type(self, kind: ast.expr) -> bool:
        names = {*self.context.index.names(kind)} or {ast.unparse(kind)}
        constant = self.context.index.constant(kind)
        if isinstance(constant, str):
            names = {constant, f"numpy.{constant}"}
        return bool(names & _INTEGERS) or any(name.removeprefix("builtins.") in _INTEGERS for name in names)

    def _are_integers(self, elements: ast.expr) -> bool:
        index = self.context.index
        for member in index.evaluate(elements).alternatives:
            if not isinstance(member, values.Sequence) or member.open:
                return False
            if not all(self._is_count(element) for element in member.elements):
                return False
        return True

    def _is_count(self, element: ast.expr) -> bool:
        index = self.context.index
        integer = isinstance(index.constant(element), int) or index.types(element) == ("int",)
        return integer or _counts(params.assigned(index, element))

    # ---------------------------------------------------------------------------------------------------- Dask, Spark
    def _check_dask(self) -> None:
        index = self.context.index
        for call in index.calls_of("xgboost.dask.train"):
            client = index.arguments(call).get("client", 0)
            self._judge_dask(call, workers(index, client.value if client else None), ("dtrain", 2))
        for call in index.calls_of(*(f"{a.name}.fit" for a in facts.estimators("xgboost") if a.backend == "dask")):
            clients = current_client(index, call)
            known = workers(index, None) if clients is None else worst(workers(index, one) for one in clients)
            self._judge_dask(call, known, ("X", 0))

    def _judge_dask(self, call: ast.Call, number: Verdict, place: tuple[str, int]) -> None:
        index = self.context.index
        data = index.arguments(call).get(*place)
        self._judge(call, number, partitions(index, data.value if data else None), "Dask")

    def _check_spark(self) -> None:
        index = self.context.index
        estimators = {use.call: use for use in uses(index, "xgboost") if use.api.backend == "spark"}
        if not estimators:
            return
        for call in index.calls:
            if not (isinstance(call.func, ast.Attribute) and call.func.attr == "fit"):
                continue
            trained = [estimators[step] for step in made(index, call.func.value) if step in estimators]
            number = worst(map(self._spark_workers, trained))
            data = index.arguments(call).get("dataset", 0)
            if trained and not all(map(_is_single, trained)):
                self._judge(call, number, partitions(index, data.value if data else None), "Spark")

    def _spark_workers(self, use: Use) -> Verdict:
        """The verdict on `num_workers`."""
        setting = use.parameters.get("num_workers")
        if setting is None:
            return Verdict.UNKNOWN if use.parameters.open else Verdict.FIXED
        return amount(self.context.index, setting.value) if setting.value is not None else Verdict.UNKNOWN

    def _judge(self, call: ast.Call, number: Verdict, parts: Verdict, backend: str) -> None:
        if number is Verdict.FIXED and parts is Verdict.FIXED:
            return
        varies = worst((number, parts)) is Verdict.VARIES
        what = "their number is" if number is Verdict.VARIES else "the partitions of the data are"
        self.report(
            call.func,
            f"XGBoost on {backend} sums histograms over workers, and {what} not fixed here: the model can differ.",
            "Give the number of workers, and `chunks`, `npartitions` or `blocksize` of the data.",
            confidence=Confidence.MEDIUM if varies else Confidence.LOW,
        )


def _is_single(use: Use) -> bool:
    """Whether an estimator of Spark trains with one worker, which is its default."""
    setting = use.parameters.get("num_workers")
    return not use.parameters.open if setting is None else setting.is_only((1,))


def _counts(element: ast.expr) -> bool:
    """Whether an element of an array is a count: `len(x)`, `int(x)`, `x.size`, `x.shape[0]`."""
    if isinstance(element, ast.Call):
        callee = element.func
        return (callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")) in _INTEGER_CALLS
    if isinstance(element, ast.Subscript):
        element = element.value
    return isinstance(element, ast.Attribute) and element.attr in ("size", "shape", "ndim")
