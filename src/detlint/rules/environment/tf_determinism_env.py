"""DET304: a variable of TensorFlow's that the target version does not read as meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.environment.repairs import config_name_fix, name_fix
from detlint.rules.environment.writes import environment_writes
from detlint.rules.guards import version_guarded

if TYPE_CHECKING:
    from detlint.environment.project import ConfigFile

_OLD = "TF_CUDNN_DETERMINISTIC"
_OPS = "TF_DETERMINISTIC_OPS"
_MODE = "tf.config.experimental.enable_op_determinism()"
_ON = frozenset({"1", "true"})
_ENABLES = re.compile(r"\benable_op_determinism\s*\(")


class TfDeterminismEnv(Rule):
    """One table of versions; the code and the files around it are read alike."""

    code = "DET304"
    name = "tf-determinism-env"
    summary = "`TF_CUDNN_DETERMINISTIC` or `TF_DETERMINISTIC_OPS` relied on in a version that does not read it so"
    why = """
`TF_CUDNN_DETERMINISTIC` was the switch of TensorFlow 1.14 to 2.0; from 2.1 on it makes convolutions and pooling
deterministic and nothing else. `TF_DETERMINISTIC_OPS` came with 2.1 and has no effect before. From 2.8 on it is the old
spelling of `tf.config.experimental.enable_op_determinism()`: it works, and is information only.

Not reported: a branch for certain versions, and the older variable where the newer one or the mode is set beside it.
"""
    milder = (Severity.INFO,)
    scope = "project"
    fix = "unsafe"
    candidates = Candidates(words=(_OLD, _OPS))
    bad = (
        Example(f'import os\n\nos.environ["{_OLD}"] = "1"  # !\n'),
        Example(f'import os\n\nos.environ["{_OPS}"] = "1"  # !\n', targets=("tensorflow=2.0",)),
        Example(f"FROM tensorflow/tensorflow:2.4.0-gpu\nENV {_OLD}=1  # !\n", filename="Dockerfile"),
    )
    good = (
        Example(f'import os\n\nos.environ["{_OPS}"] = "1"\nos.environ["{_OLD}"] = "1"\n', targets=("tensorflow=2.4",)),
        Example(f'import os\n\nos.environ["{_OLD}"] = "1"\n', targets=("tensorflow=2.0",)),
        Example(
            f"FROM tensorflow/tensorflow:2.4.0-gpu\nENV {_OPS}=1 {_OLD}=1\n", ("tensorflow=2.4",), filename="Dockerfile"
        ),
    )
    sources = (
        "NVIDIA/framework-reproducibility: doc/d9m/tensorflow.md",
        "tensorflow/tensorflow: core/util/determinism.cc",
    )

    def check_file(self) -> None:
        """Look at what the code sets."""
        index = self.context.index
        writes = [write for write in environment_writes(index) if write.name in (_OLD, _OPS) and write.kind != "scoped"]
        beside = any(write.name == _OPS for write in writes) or _ENABLES.search(index.text) is not None
        for write in writes:
            found = self._judged(write.name, write.value, beside=beside)
            if found is not None and not version_guarded(index, write.node):
                message, repair, severity = found
                fix = name_fix(self.context, write, _OPS) if write.name == _OLD else None
                self.report(write.node, message, repair, severity=severity, fix=fix)

    def check_config(self, file: ConfigFile) -> None:
        """Look at what a file around the code sets."""
        if _OLD not in file.text and _OPS not in file.text:
            return
        for variable in file.facts.variables:
            if variable.name in (_OLD, _OPS):
                found = self._judged(variable.name, variable.value, beside=_OPS in file.text)
                if found is not None:
                    message, repair, severity = found
                    fix = config_name_fix(file, variable, _OPS) if variable.name == _OLD else None
                    self.report_at(variable.location, message, repair, severity=severity, fix=fix)

    def _judged(self, name: str, value: str | None, *, beside: bool) -> tuple[str, str, Severity] | None:
        """What is wrong with a variable that is switched on, for the target version."""
        version = self.context.targets.version("tensorflow")
        if value is None or value.strip().lower() not in _ON:
            return None
        mode = f"Call `{_MODE}`." if version >= "2.8" else f"Set `{_OPS}=1`."
        if name == _OLD:
            if version < "2.1" or beside or self._set_around():
                return None
            return f"From TensorFlow 2.1 on, `{_OLD}` covers convolutions and pooling only.", mode, Severity.WARNING
        if version < "2.1":
            return (
                f"TensorFlow {version} does not read `{_OPS}`, which came with 2.1.",
                "Use a newer TensorFlow.",
                Severity.WARNING,
            )
        if version >= "2.8":
            return f"`{_OPS}` is the old spelling of `{_MODE}`.", "Call that.", Severity.INFO
        return None

    def _set_around(self) -> bool:
        files = self.context.surroundings
        return files is not None and files.sets(_OPS)
