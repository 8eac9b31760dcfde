"""DET502 and DET506: values of environment variables in Python code, however they get there."""

from __future__ import annotations

import pytest
from tests.helpers import check, marked_lines

INVALID = {
    "item": 'import os\nos.environ["CUBLAS_WORKSPACE_CONFIG"] = "4096:8"  # !\n',
    "constants": 'import os\nN = "CUBLAS_WORKSPACE_CONFIG"\nV = ":4096:2"\nos.environ[N] = V  # !\n',
    "setdefault": 'from os import environ\nenviron.setdefault("CUBLAS_WORKSPACE_CONFIG", "16:8")  # !\n',
    "update": 'import os\nos.environ.update({"CUBLAS_WORKSPACE_CONFIG": ":8:8"})  # !\n',
    "update by keyword": 'import os\nos.environ.update(CUBLAS_WORKSPACE_CONFIG=":8:8")  # !\n',
    "pairs": 'import os\nos.environ.update([("CUBLAS_WORKSPACE_CONFIG", ":8:8")])  # !\n',
    "putenv": 'import os\nos.putenv("CUBLAS_WORKSPACE_CONFIG", ":8:8")  # !\n',
    "union": 'import os\nos.environ |= {"CUBLAS_WORKSPACE_CONFIG": ":8:8"}  # !\n',
    "dunder": 'import os\nos.environ.__setitem__("CUBLAS_WORKSPACE_CONFIG", "1")  # !\n',
    "unpacked": 'import os\nos.environ["A"], os.environ["CUBLAS_WORKSPACE_CONFIG"] = "1", "2"  # !\n',
    "loop over names": 'import os\nfor n in ("CUBLAS_WORKSPACE_CONFIG",):\n    os.environ[n] = "1"  # !\n',
    "loop over items": """
        import os
        for name, value in {"CUBLAS_WORKSPACE_CONFIG": "1", "OMP_NUM_THREADS": "1"}.items():  # !
            os.environ[name] = value
    """,
    "through a function": """
        import os
        def export(name, value):
            os.environ[name] = str(value)
        export("OMP_NUM_THREADS", 1)
        export("CUBLAS_WORKSPACE_CONFIG", "1")  # !
    """,
    "child": 'import subprocess\nsubprocess.run(["x"], env={"CUBLAS_WORKSPACE_CONFIG": "1"})  # !\n',
    "child's copy": """
        import os, subprocess
        env = os.environ.copy()
        env["CUBLAS_WORKSPACE_CONFIG"] = "1"  # !
        subprocess.run(["x"], env=env)
    """,
    "exec": 'import os\nos.execve("x", ["x"], {"CUBLAS_WORKSPACE_CONFIG": "1"})  # !\n',
    "magic": 'get_ipython().run_line_magic("env", "CUBLAS_WORKSPACE_CONFIG=:8:8")  # !\n',
    "empty": 'import os\nos.environ["CUBLAS_WORKSPACE_CONFIG"] = ""  # !\n',
}

VALID = {
    "large": 'import os\nos.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"\n',
    "small": 'import os\nos.environ["CUBLAS_WORKSPACE_CONFIG"] = ":16:8"\n',
    "one of both": """
        import os
        small = os.environ.get("SMALL")
        os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":16:8" if small else ":4096:8"
    """,
    "unknown": 'import os\ndef f(v):\n    os.environ["CUBLAS_WORKSPACE_CONFIG"] = v\n',
    "from outside": 'import os\nos.environ["CUBLAS_WORKSPACE_CONFIG"] = os.getenv("W", ":4096:8")\n',
    "read": 'import os\nprint(os.environ.get("CUBLAS_WORKSPACE_CONFIG", "4096:8"))\n',
    "compared": 'import os\nassert os.environ["CUBLAS_WORKSPACE_CONFIG"] == "4096:8"\n',
    "test": 'def test(monkeypatch):\n    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", "1")\n',
    "patched": """
        import os
        from unittest import mock
        @mock.patch.dict(os.environ, {"CUBLAS_WORKSPACE_CONFIG": "1"})
        def test(): ...
    """,
    "a dict": 'settings = {"CUBLAS_WORKSPACE_CONFIG": "1"}\n',
    "another variable": 'import os\nos.environ["CUBLAS_WORKSPACE"] = "1"\n',
    "another mapping": 'class Env(dict): ...\nstore = Env()\nstore["CUBLAS_WORKSPACE_CONFIG"] = "1"\n',
}

NONDETERMINISTIC = {
    "op determinism": 'import os\nos.environ["TF_DETERMINISTIC_OPS"] = "0"  # !\n',
    "a word": 'import os\nos.environ["TF_DETERMINISTIC_OPS"] = "False"  # !\n',
    "hash seed of a child": """
        import os, subprocess
        subprocess.run(["x"], env=dict(os.environ, PYTHONHASHSEED="random"))  # !
    """,
    "a hatch": 'import os\nos.environ["TF_DISABLE_SCATTER_OP_DETERMINISM"] = "1"  # !\n',
    "another hatch": """
        import os
        os.environ["TF_DISABLE_SEGMENT_REDUCTION_OP_DETERMINISM_EXCEPTIONS"] = "1"  # !
    """,
    "XLA": 'import os\nos.environ["XLA_FLAGS"] = "--xla_gpu_deterministic_ops=false"  # !\n',
    "XLA among others": """
        import os
        os.environ["XLA_FLAGS"] = "--xla_a=1 --xla_gpu_deterministic_ops=false"  # !
    """,
}

DETERMINISTIC = {
    "on": 'import os\nos.environ["TF_DETERMINISTIC_OPS"] = "1"\n',
    "a number": 'import os\nos.environ["PYTHONHASHSEED"] = "0"\n',
    "hatch closed": 'import os\nos.environ["TF_DISABLE_SCATTER_OP_DETERMINISM"] = "0"\n',
    "version check": """
        import os
        import tensorflow as tf
        if tf.__version__ < "2.7":
            os.environ["TF_DISABLE_SEGMENT_REDUCTION_OP_DETERMINISM_EXCEPTIONS"] = "1"
    """,
    "else branch": """
        import os
        def f(strict):
            if strict:
                os.environ["TF_DETERMINISTIC_OPS"] = "1"
            else:
                os.environ["TF_DETERMINISTIC_OPS"] = "0"
    """,
    "either": 'import os\ndef f(s):\n    os.environ["TF_DETERMINISTIC_OPS"] = "1" if s else "0"\n',
    "unknown": 'import os\ndef f(s):\n    os.environ["TF_DETERMINISTIC_OPS"] = str(int(s))\n',
    "put back": """
        import os
        def f():
            before = os.environ.get("TF_DETERMINISTIC_OPS", "1")
            os.environ["TF_DETERMINISTIC_OPS"] = "0"
            run()
            os.environ["TF_DETERMINISTIC_OPS"] = before
    """,
    "test": 'def test(monkeypatch):\n    monkeypatch.setenv("TF_DETERMINISTIC_OPS", "0")\n',
    "removed": 'import os\ndel os.environ["TF_DETERMINISTIC_OPS"]\n',
    "XLA on": 'import os\nos.environ["XLA_FLAGS"] = "--xla_gpu_deterministic_ops=true"\n',
    "another": 'import os\nos.environ["OMP_NUM_THREADS"] = "0"\n',
}


@pytest.mark.parametrize("code", INVALID.values(), ids=INVALID)
def test_values_that_torch_does_not_take_are_reported(code: str) -> None:
    assert [line for line, _ in check(code, "DET502")] == marked_lines(code)


@pytest.mark.parametrize("code", VALID.values(), ids=VALID)
def test_other_values_and_places_are_fine(code: str) -> None:
    assert check(code, "DET502") == []


@pytest.mark.parametrize("code", NONDETERMINISTIC.values(), ids=NONDETERMINISTIC)
def test_nondeterministic_values_are_reported(code: str) -> None:
    assert [line for line, _ in check(code, "DET506")] == marked_lines(code)


@pytest.mark.parametrize("code", DETERMINISTIC.values(), ids=DETERMINISTIC)
def test_deterministic_and_excused_values_are_fine(code: str) -> None:
    assert check(code, "DET506") == []


def test_a_variable_counts_where_the_version_reads_it() -> None:
    code = NONDETERMINISTIC["a hatch"]
    assert check(code, "DET506", targets=["tensorflow=2.11"]) == []
    assert check(code, "DET506", targets=["tensorflow=2.12"]) != []


def test_a_choice_between_branches_is_low() -> None:
    assert check(DETERMINISTIC["else branch"], "DET506", min_confidence="low") == [(7, "DET506")]
