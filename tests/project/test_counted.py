"""Models that are built to be counted, and those of which more is asked."""

from __future__ import annotations

import ast

import pytest

from detlint.index import FileIndex, Modules
from detlint.project.counted import is_only_counted
from detlint.registry import registry


@pytest.mark.parametrize(
    ("use", "counted"),
    [
        ("for p in net.parameters():\n        n += p.numel()", True),
        ("print(net)\n    for name, p in net.named_parameters():\n        print(name, p.data.size())", True),
        ("n = sum(p.data.detach().nelement() for p in net.parameters() if p.requires_grad)", True),
        ("for p in net.parameters():\n        n += p.sum()", False),
        ("for p in net.parameters():\n        n += p.numel()\n    print(net(n))", False),
        ("for p in net.parameters():\n        n += p.numel()\n    return net", False),
        ("opt = SGD(net.parameters())", False),
        ("print(net)", False),
        ("pass", False),
    ],
)
def test_what_is_only_counted(use: str, counted: bool) -> None:
    text = f"def main(n):\n    net = build()\n    {use}\n"
    index = FileIndex(ast.parse(text), registry().knowledge, "a.py", text, Modules())
    (call,) = (call for call in index.calls if ast.unparse(call) == "build()")
    assert is_only_counted(index, call) is counted
