"""DET213: attention whose gradient adds with atomics."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.torch.given import value_of
from detlint.rules.torch.repairs import argument_fix

if TYPE_CHECKING:
    from detlint.context import Context
    from detlint.diagnostics import Fix

_DATA = load(__package__, "kernels")["attention"]
_SDPA: tuple[str, ...] = tuple(_DATA["sdpa"])
_OWN: tuple[str, ...] = tuple(_DATA["own_argument"])
_OTHERS: tuple[str, ...] = tuple(_DATA["without_argument"])
_NO_GRADIENT = frozenset({"torch.no_grad", "torch.inference_mode"})


class AttentionBackend(Rule):
    """torch's own attention, flash-attn, xformers."""

    code = "DET213"
    name = "attention-backend"
    summary = "attention whose gradient is not deterministic: memory-efficient and flash kernels without the option"
    why = """
On CUDA, `scaled_dot_product_attention` takes a flash or memory-efficient kernel, whose backward pass adds with atomics;
under deterministic mode it takes another way. The functions of flash-attn have an argument `deterministic`, and
xformers follows torch's mode.

Information only: many models are built on this, and DET203 says where training lacks the mode. Not reported: code under
`no_grad`, under the mode, or under `sdpa_kernel(SDPBackend.MATH)`.
"""
    severity = Severity.INFO
    scope = "file"
    fix = "unsafe"
    bad = (
        Example(
            "import torch.nn.functional as F\n\n\ndef attend(q, k, v):\n"
            "    return F.scaled_dot_product_attention(q, k, v, is_causal=True)  # !\n"
        ),
        Example(
            "from flash_attn import flash_attn_func\n\n\ndef attend(q, k, v):\n"
            "    return flash_attn_func(q, k, v)  # !\n",
            fixed="from flash_attn import flash_attn_func\n\n\ndef attend(q, k, v):\n"
            "    return flash_attn_func(q, k, v, deterministic=True)\n",
        ),
    )
    good = (
        Example(
            "import torch.nn.functional as F\nfrom torch.nn.attention import SDPBackend, sdpa_kernel\n\n\n"
            "def attend(q, k, v):\n    with sdpa_kernel(SDPBackend.MATH):\n"
            "        return F.scaled_dot_product_attention(q, k, v)\n"
        ),
        Example(
            "from flash_attn import flash_attn_func\n\n\ndef attend(q, k, v):\n"
            "    return flash_attn_func(q, k, v, deterministic=True)\n"
        ),
        Example(
            "import torch\nimport torch.nn.functional as F\n\n\n@torch.no_grad()\ndef attend(q, k, v):\n"
            "    return F.scaled_dot_product_attention(q, k, v)\n"
        ),
    )
    sources = (
        "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html",
        "https://github.com/Dao-AILab/flash-attention: flash_attn_interface.py",
    )
    candidates = Candidates(calls=(*_SDPA, *_OWN, *_OTHERS))

    def check_file(self) -> None:
        """Look at all calls of attention."""
        if self.context.devices <= {"cpu"}:
            return
        index = self.context.index
        for call in index.calls_of(*_SDPA, *_OTHERS):
            if not (without_gradient(self.context, call) or self._by_math(call) or _in_mode(self.context, call)):
                self._report(call, "Call `torch.use_deterministic_algorithms(True)` before it.")
        for call in index.calls_of(*_OWN):
            on = value_of(index, index.arguments(call), "deterministic", default=False)
            if on is False and not without_gradient(self.context, call):
                self._report(call, "Give it `deterministic=True`.", self._fix(call))

    def _fix(self, call: ast.Call) -> Fix | None:
        given = self.context.index.arguments(call).get("deterministic")
        return argument_fix(self.context, call, None if given is None else given.node, "deterministic", "True")

    def _report(self, call: ast.Call, repair: str, fix: Fix | None = None) -> None:
        self.report(
            call.func,
            "The gradient of this attention adds with atomics on CUDA, so it differs from run to run.",
            repair,
            fix=fix,
        )

    def _by_math(self, call: ast.Call) -> bool:
        """Whether a context leaves nothing but the plain implementation."""
        index = self.context.index
        for ancestor in index.ancestors(call):
            for item in getattr(ancestor, "items", ()) if isinstance(ancestor, ast.With) else ():
                context = item.context_expr
                if isinstance(context, ast.Call) and not set(_DATA["contexts"]).isdisjoint(index.callee_names(context)):
                    arguments = index.arguments(context)
                    backend = arguments.get("backends", 0)
                    chosen = backend.value if backend is not None else None
                    backends = chosen.elts if isinstance(chosen, (ast.List, ast.Tuple)) else [chosen]
                    off = [
                        value_of(index, arguments, name, default=True)
                        for name in ("enable_flash", "enable_mem_efficient")
                    ]
                    math = all(b is not None and index.names(b) == (_DATA["math"],) for b in backends)
                    if (math and backends) or off == [False, False]:
                        return True
        return False


def without_gradient(context: Context, node: ast.AST) -> bool:
    """Whether code stands under `no_grad` or `inference_mode`."""
    index = context.index
    for ancestor in index.ancestors(node):
        expressions = [item.context_expr for item in ancestor.items] if isinstance(ancestor, ast.With) else []
        expressions += getattr(ancestor, "decorator_list", [])
        for expression in expressions:
            called = expression.func if isinstance(expression, ast.Call) else expression
            if not _NO_GRADIENT.isdisjoint(index.names(called)):
                return True
    return False


def _in_mode(context: Context, node: ast.AST) -> bool:
    return context.project.is_in_mode(node, "torch")
