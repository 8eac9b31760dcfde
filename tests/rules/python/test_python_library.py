"""What the index knows of Python's own library, NumPy and pandas: types that look like tensors and are not."""

from __future__ import annotations

import ast

import pytest

from detlint.index import FileIndex, Knowledge
from detlint.rules.python.library import LIBRARY

CODE = """
import argparse, datetime, pathlib, random, glob, os
from pathlib import Path
import numpy as np
import pandas as pd
from numpy.core.numeric import ones
from numpy.random import RandomState
from numpy.random.mtrand import RandomState as Old
from sklearn.datasets import make_blobs
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
frame = pd.read_csv("a.csv")
array = np.zeros(3)
"""

TYPES = {
    "np.asarray(x)": "numpy.ndarray",
    "ones(3)": "numpy.ndarray",
    "array.cumsum()": "numpy.ndarray",
    "(array * 2 + x).T": "numpy.ndarray",
    "array[1:]": "numpy.ndarray",
    "array['field']": "numpy.ndarray",
    "np.linalg.inv(array)": "numpy.ndarray",
    "np.random.default_rng(3)": "numpy.random.Generator",
    "np.random.default_rng(3).normal(size=3)": "numpy.ndarray",
    "np.random.rand(3)": "numpy.ndarray",
    "RandomState(3)": "numpy.random.RandomState",
    "Old(3)": "numpy.random.RandomState",
    "frame.dropna()": "pandas.DataFrame",
    "frame['a']": "pandas.Series",
    "frame['a'].median()": "numpy.float64",
    "frame.median()": "pandas.Series",
    "frame.values": "numpy.ndarray",
    "frame['a'].to_numpy()": "numpy.ndarray",
    "frame.groupby('a')": "pandas.core.groupby.GroupBy",
    "frame.groupby('a')['b'].median()": "pandas.DataFrame",
    "pd.core.frame.DataFrame({})": "pandas.DataFrame",
    "sorted(x)": "list",
    "set(x)": "set",
    "frozenset(x)": "frozenset",
    "{1, 2} | x": "set",
    "len(x)": "int",
    "int(x)": "int",
    "int.from_bytes(x, 'big')": "int",
    "'a'.join(x)": "str",
    "'a b'.split()": "list",
    "'a'.encode()": "bytes",
    "open('a')": "io.TextIOWrapper",
    "Path('a')": "pathlib.Path",
    "Path('a') / 'b'": "pathlib.Path",
    "Path('a').parent.resolve()": "pathlib.Path",
    "pathlib.Path('a').name": "str",
    "os.path.join('a', 'b')": "str",
    "os.listdir('a')": "list",
    "glob.glob('*')": "list",
    "random.random()": "float",
    "random.randint(0, 3)": "int",
    "random.Random(3).random()": "float",
    "datetime.datetime.now()": "datetime.datetime",
    "datetime.datetime.now().timestamp()": "float",
    "argparse.ArgumentParser().parse_args()": "argparse.Namespace",
    "RandomForestClassifier().fit(x, y)": "sklearn.ensemble.RandomForestClassifier",
    "RandomForestClassifier().fit(x, y).predict(x)": "numpy.ndarray",
    "make_pipeline(x).fit(x)": "sklearn.pipeline.Pipeline",
    "make_blobs(3)[0]": "numpy.ndarray",
    "pd.concat(x)": "pandas.core.generic.NDFrame",
}

UNKNOWN = [
    "x.median()",
    "x['a']",
    "sum(x)",
    "max(x)",
    "np.load('a')",
    "array.tolist()",
    "array.item()",
    "abs(x)",
]


def types(expression: str) -> tuple[str, ...]:
    """The types of an expression."""
    code = CODE + f"result = {expression}\n"
    index = FileIndex(ast.parse(code), Knowledge([LIBRARY]), "example.py", code)
    statement = index.tree.body[-1]
    assert isinstance(statement, ast.Assign)
    return index.types(statement.value)


@pytest.mark.parametrize(("expression", "kind"), TYPES.items(), ids=TYPES)
def test_the_type_of_an_expression_is_known(expression: str, kind: str) -> None:
    assert types(expression) == (kind,)


@pytest.mark.parametrize("expression", UNKNOWN)
def test_a_type_that_depends_on_the_arguments_is_not_named(expression: str) -> None:
    assert types(expression) == ()
