"""Names of types that the tables about libraries share, and the ways in which these tables are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ARRAY = "numpy.ndarray"
FRAME = "pandas.DataFrame"
SERIES = "pandas.Series"
INDEX = "pandas.Index"
GROUPS = "pandas.core.groupby.GroupBy"
COLUMN_GROUPS = "pandas.api.typing.SeriesGroupBy"
ESTIMATOR = "sklearn.base.BaseEstimator"
PATH = "pathlib.Path"


def words(text: str) -> list[str]:
    return text.split()


def each(prefix: str, names: str, kind: str) -> dict[str, str]:
    """The same type for many names under a prefix."""
    return {f"{prefix}.{name}": kind for name in words(names)}


def merge(tables: Iterable[dict[str, str]]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for table in tables:
        merged.update(table)
    return merged
