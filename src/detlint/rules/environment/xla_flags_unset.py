"""DET505: JAX or compiled TensorFlow on GPUs without the flags that make XLA deterministic."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.project.questions import Finding, environment, place, way
from detlint.project.summary import MODULE
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.environment.repairs import add_flag
from detlint.rules.tensorflow.op_determinism_missing import missing as op_determinism_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.environment.project import ProjectFiles
    from detlint.project.model import Project
    from detlint.project.run import Event, Run
    from detlint.project.subjects import Program

FLAGS = "XLA_FLAGS"
_PLATFORMS = ("JAX_PLATFORMS", "JAX_PLATFORM_NAME")
_GPU = re.compile(r"\b(?:gpu|cuda|rocm)", re.IGNORECASE)
_CUDA_IMAGE = re.compile(r"cuda|nvcr\.io/nvidia/jax|ghcr\.io/nvidia/jax|rocm/jax", re.IGNORECASE)
_CUDA_DISTRIBUTION = re.compile(r"jax-(?:cuda|rocm)\d*-(?:plugin|pjrt)")
_ASKS_FOR_GPU = re.compile(
    r"""jax\.(?:local_)?devices\(\s*["'](?:gpu|cuda|rocm)|["']jax_platform(?:s|_name)["']\s*,\s*["'](?:gpu|cuda|rocm)"""
)
_DETERMINISTIC = re.compile(r"--xla_gpu_deterministic_ops(?:=(?:true|1)|(?=\s|$))", re.IGNORECASE)
_EXCLUDES = re.compile(r"--xla_gpu_exclude_nondeterministic_ops(?:=(?:true|1)|(?=\s|$))", re.IGNORECASE)
_NO_AUTOTUNE = re.compile(r"--xla_gpu_autotune_level=0\b")
_CODE = """import os

{env}import jax

if __name__ == "__main__":
    jax.config.update("jax_platforms", "cuda")
    key = jax.random.key(0){mark}
    print(jax.random.normal(key, (3,)))
"""


_COMPILED = """import tensorflow as tf

{before}tf.keras.utils.set_random_seed(0)
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("sgd", "mse", jit_compile=True)
model.fit([[1.0]], [1.0], epochs=2){mark}
"""


class XlaFlagsUnset(Rule):
    """Evidence of a GPU is wanted for JAX, which runs on the CPU as well; TensorFlow takes the GPU by itself."""

    code = "DET505"
    name = "xla-flags-unset"
    summary = "JAX or XLA-compiled TensorFlow on GPUs, and nothing sets the flags that make XLA deterministic"
    why = """
XLA's GPU compiler may choose scatters and reductions that add with atomics, and picks kernels by timing them. With
`XLA_FLAGS=--xla_gpu_deterministic_ops=true`, or `--xla_gpu_exclude_nondeterministic_ops=true` and
`--xla_gpu_autotune_level=0` in newer versions, it does neither. The flags are read once, when the backend starts.

Asked of entry points that start XLA by JAX, where something shows that a GPU is meant: a CUDA extra of `jax`, a CUDA
base image, `jax.devices("gpu")`, or a platform setting. And of those that train with TensorFlow and have it compiled by
XLA (`jit_compile=True`, `tf.config.optimizer.set_jit`), unless op determinism is on: then TensorFlow sets the flag.
"""
    scope = "project"
    fix = "unsafe"
    candidates = Candidates(words=("jax", "tensorflow", "keras", "__main__"))
    bad = (
        Example(_CODE.format(env="", mark="  # !")),
        Example(_COMPILED.format(before="", mark="  # !")),
    )
    good = (
        Example(_COMPILED.format(before="tf.config.experimental.enable_op_determinism()\n", mark="")),
        Example(_CODE.format(env=f'os.environ["{FLAGS}"] = "--xla_gpu_deterministic_ops=true"\n', mark="")),
        Example("import jax\n\nif __name__ == '__main__':\n    print(jax.random.key(0))\n"),
    )
    sources = ("https://docs.jax.dev/en/latest/xla_flags.html", "openxla/xla: xla/xla.proto")

    def check_project(self, project: Project) -> None:
        """Report each entry point that starts XLA on a GPU without the flags."""
        for entry in project.entry_points:
            program = self.context.program(entry)
            found = missing(program)
            if found is None:
                continue
            run, start = entry.run, found.event
            jax = start.effect is not None and start.effect.kind == "start"
            does = "JAX starts on a GPU here" if jax else "TensorFlow trains here with code that XLA compiles"
            self.report_at(
                place(run, start),
                f"{does}, and no `{FLAGS}` makes XLA deterministic: sums differ from run to run.",
                f"Set `{FLAGS}=--xla_gpu_deterministic_ops=true` before {'JAX' if jax else 'TensorFlow'} starts.",
                confidence=found.confidence,
                related=way(run, start, "XLA starts here" if jax else f"`{start.text}` trains here"),
                fix=add_flag(self.context, program, entry, start, FLAGS, "--xla_gpu_deterministic_ops=true"),
            )


def missing(program: Program) -> Finding | None:
    """Where a program starts XLA on a GPU without the flags."""
    if "cuda" not in program.devices or _deterministic(program):
        return None
    run = program.run
    start = next((event for event in run.of_kind("start", "xla") if not _is_import(event, run)), None)
    if start is not None and _on_gpu(program):
        return Finding(start, Confidence.LOW if start.conditional else Confidence.HIGH)
    return _compiled_training(program)


def _is_import(event: Event, run: Run) -> bool:
    """Whether a module starts XLA as it is imported, which is no computation of the program."""
    return event.function == MODULE and event.path != run.module.path


def _compiled_training(program: Program) -> Finding | None:
    """The training of a program in which XLA compiles TensorFlow's code, where op determinism is not on."""
    compiled = next(program.run.of_kind("compile", "tensorflow"), None)
    found = op_determinism_missing(program) if compiled is not None else None
    if found is None or compiled is None or not compiled.conditional:
        return found
    return replace(found, confidence=Confidence.LOW)


def _on_gpu(program: Program) -> bool:
    if _ASKS_FOR_GPU.search(program.index.text):
        return True
    written = (event for name in _PLATFORMS for event in environment(program.run, name))
    if any(_GPU.search(event.effect.detail) for event in written if event.effect):
        return True
    files = program.files
    return files is not None and (
        any(_GPU.search(item.variable.value or "") for name in _PLATFORMS for item in files.variables(name))
        or _has_cuda(files)
    )


def _deterministic(program: Program) -> bool:
    values = [event.effect.detail for event in environment(program.run, FLAGS) if event.effect]
    values += _values(program.files, program.path)
    return any(not value or _settles(value) for value in values)


def _has_cuda(files: ProjectFiles) -> bool:
    """Whether JAX is installed for CUDA, or on an image with CUDA."""
    for name in ("jax", "jaxlib"):
        for item in files.declared.get(name, ()):
            requirement = item.requirement
            if any(_GPU.match(extra) for extra in requirement.extras) or _CUDA_DISTRIBUTION.match(requirement.name):
                return True
    return any(
        _CUDA_IMAGE.search(image.reference)
        for file in files.files
        if file.format.name == "dockerfile"
        for image in file.facts.images
    )


def _values(files: ProjectFiles | None, program: str) -> Iterator[str]:
    if files is not None:
        yield from (item.variable.value or "" for item in files.variables(FLAGS) if item.holds_for(program))


def _settles(flags: str) -> bool:
    """Whether flags make XLA deterministic."""
    if _DETERMINISTIC.search(flags):
        return True
    return _EXCLUDES.search(flags) is not None and _NO_AUTOTUNE.search(flags) is not None
