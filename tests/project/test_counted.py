"""Models that are built to be counted, and those of which more is asked."""

from __future__ import annotations

import ast

import pytest

from detlint.index import FileIndex, Modules
from detlint.project.counted import is_only_counted, is_only_name, is_only_port
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
        ("net.summary()", True),
        ("net.summary()\n    print(count_flops(net, n))", True),
        ("net.summary()\n    net.save(n)", False),
        ("print(net)", False),
        ("pass", False),
    ],
)
def test_what_is_only_counted(use: str, counted: bool) -> None:
    text = f"def main(n):\n    net = build()\n    {use}\n"
    index = FileIndex(ast.parse(text), registry().knowledge, "a.py", text, Modules())
    (call,) = (call for call in index.calls if ast.unparse(call) == "build()")
    assert is_only_counted(index, call) is counted


@pytest.mark.parametrize(
    ("code", "port"),
    [
        ("args.dist_url = f'tcp://localhost:{randint(1024, 65535)}'", True),
        ("args.dist_url = 'tcp://localhost:' + str(randint(1024, 65535))", True),
        ("port = randint(1024, 65535)", True),
        ("os.environ['MASTER_PORT'] = str(randint(1024, 65535))", True),
        ("launch(f'http://127.0.0.1:{randint(1024, 65535)}')", True),
        ("report = randint(1024, 65535)", False),
        ("launch(f'run-{randint(1024, 65535)}')", False),
        ("shards[randint(0, 3)] = 1", False),
    ],
)
def test_what_only_chooses_a_port(code: str, *, port: bool) -> None:
    index = FileIndex(ast.parse(code), registry().knowledge, "a.py", code, Modules())
    (call,) = (call for call in index.calls if ast.unparse(call.func) == "randint")
    assert is_only_port(index, call) is port


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("run = randint(0, 9)\nwriter = Writer(os.path.join('runs', str(run)))", True),
        ("run = randint(0, 9)\nos.makedirs(f'runs/{run}')", True),
        ("run = randint(0, 9)\nos.makedirs(f'runs/{run}')\nprint(run)", False),
        ("run = randint(0, 9)\nprint(f'run {run}')", False),
        ("os.makedirs(str(randint(0, 9)))", False),
    ],
)
def test_what_only_names_a_folder(code: str, *, name: bool) -> None:
    text = f"import os\n{code}\n"
    index = FileIndex(ast.parse(text), registry().knowledge, "a.py", text, Modules())
    (call,) = (call for call in index.calls if ast.unparse(call.func) == "randint")
    assert is_only_name(index, call) is name
