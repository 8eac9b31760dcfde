"""DET512: a pinned version of a framework that is known to lack determinism."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Related, Severity
from detlint.environment.frameworks import framework_of
from detlint.rules.base import Example, Rule
from detlint.rules.data import load
from detlint.rules.environment.declared import for_documents
from detlint.rules.tensorflow.evidence import in_pipeline
from detlint.rules.tensorflow.ops import FIRST_MODE, in_need, needs_newer
from detlint.versions import Version

if TYPE_CHECKING:
    from detlint.environment.facts import Requirement
    from detlint.environment.project import ConfigFile
    from detlint.project.run import Event


@dataclass(frozen=True, slots=True)
class Lacking:
    """A framework, the first version that can be deterministic, and why those before cannot."""

    framework: str
    before: str
    why: str
    repair: str


@cache
def lacking() -> dict[str, Lacking]:
    """The table, by framework."""
    return {row["framework"]: Lacking(**row) for row in load(__package__, "versions")["lacking"]}


class NondeterministicVersion(Rule):
    """The table says which versions; here is only where they are pinned."""

    code = "DET512"
    name = "nondeterministic-version"
    summary = "a pinned version of a framework that is known to lack determinism"
    why = """
Some versions cannot give the same result twice on a GPU, whatever is set: XGBoost before 1.1 adds the histograms of
`gpu_hist` in no fixed order, PyTorch before 1.7 has no deterministic mode, TensorFlow before 2.1 needs a patch. Before
TensorFlow 2.8 there is only `TF_DETERMINISTIC_OPS`, which does not reach all ops: scatters and, before 2.7, segment
sums. Such a version is reported where an entry point of the project runs an op that only op determinism covers.

Exact versions are compared, wherever they are written: in requirements, conda environment files, metadata, lock files,
`pip install` lines of Dockerfiles and workflows, and the tags of the frameworks' own images.
"""
    severity = Severity.ERROR
    scope = "project"
    bad = (
        Example("xgboost==0.90  # !\ntorch==1.6.0  # !\nlightgbm==3.3.5\n", filename="requirements.txt"),
        Example("name: a\nchannels: [pytorch]\ndependencies:\n  - pytorch=1.4  # !\n", filename="environment.yml"),
        Example("FROM tensorflow/tensorflow:2.0.0-gpu  # !\nWORKDIR /app\n", filename="Dockerfile"),
    )
    good = (
        Example("xgboost==2.1.1\ntorch==2.4.0\ntensorflow==2.17.0\n", filename="requirements.txt"),
        Example("torch>=1.4\n# xgboost==0.90\n", filename="requirements.txt"),
    )
    sources = (
        "https://xgboost.readthedocs.io/en/stable/changes/v1.1.0.html",
        "pytorch/pytorch v1.7.0: torch/__init__.py (set_deterministic)",
        "NVIDIA/framework-reproducibility: doc/d9m/tensorflow.md",
    )

    def check_config(self, file: ConfigFile) -> None:
        """Report each pin that is older than the first deterministic version."""
        for requirement in file.facts.requirements:
            framework = framework_of(requirement)
            row = lacking().get(framework.name) if framework is not None else None
            if row is None or not requirement.pin or self._said_elsewhere(file, requirement):
                continue
            op = None
            if row.framework == "tensorflow" and not _older(requirement.pin, row.before):
                op = self._op_without_mode(requirement.pin)
            if op is None and not _older(requirement.pin, row.before):
                continue
            self.report_at(
                requirement.location,
                f"`{requirement.name}` {requirement.pin} cannot be made deterministic: "
                + (f"{row.why}." if op is None else f"only op determinism (2.8) makes `{op.text}` repeat."),
                row.repair,
                confidence=Confidence.LOW if for_documents(file) or _on_cpu(requirement) else Confidence.HIGH,
                related=() if op is None else (Related(op.path, op.location, f"`{op.text}` is called here"),),
            )

    def _op_without_mode(self, pin: str) -> Event | None:
        """The first call in the project of an op of TensorFlow that only a newer version makes deterministic."""
        if not _older(pin, FIRST_MODE):
            return None
        version = Version(pin)
        for entry in self.context.entry_points:
            for event in entry.run.of_kind("op", "tensorflow"):
                assert event.effect is not None
                if in_pipeline(event):
                    continue
                op = in_need().get(event.effect.detail)
                if op is not None and needs_newer(op, version) and not event.effect.conditional:
                    return event
        return None

    def _said_elsewhere(self, file: ConfigFile, requirement: Requirement) -> bool:
        """Whether a file that people write has the pin that a lock file repeats."""
        project = self.context.surroundings
        if file.format.name != "lock" or project is None:
            return False
        return any(
            item.name == requirement.name and item.pin
            for other in project.dependency_files
            if other.format.name != "lock"
            for item in other.facts.requirements
        )


def _on_cpu(requirement: Requirement) -> bool:
    """Whether what is installed runs on the CPU only, where these versions repeat."""
    return requirement.pin.endswith("+cpu") or requirement.name.endswith("-cpu")


def _older(pin: str, version: str) -> bool:
    try:
        return bool(pin) and Version(pin).meant < version
    except ValueError:
        return False
