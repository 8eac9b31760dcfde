"""`detlint map`: what it says of entry points, in which forms, and what it says where there are none."""

from __future__ import annotations

import json
import re
import textwrap
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from detlint.registry import registry

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

MAIN = '\n\nif __name__ == "__main__":\n    main()\n'
TRAIN = """\
import torch
from torch import nn


def main():
    {before}
    model = nn.Linear(4, 2).to("cuda")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(torch.ones(1, 4)).sum().backward()
    optimizer.step()
    {after}
"""


def document(run: Run, *arguments: str) -> list[dict[str, Any]]:
    """The entry points of a map, as JSON has them; the document fits its schema."""
    outcome = run("map", *arguments, "--output-format", "json")
    assert outcome.status == 0, outcome.err
    found = json.loads(outcome.out)
    jsonschema.validate(found, json.loads((files("detlint.map") / "schema.json").read_text("utf-8")))
    entries: list[dict[str, Any]] = found["entry_points"]
    return entries


def verdicts(entry: dict[str, Any]) -> dict[str, str]:
    """Names of states, modes and variables, with their verdicts. Modes are told from states of their name by `mode`."""
    rows = [(row["name"], row) for kind in ("states", "variables") for row in entry[kind]]
    rows += [(f"{row['name']} mode", row) for row in entry["modes"]]
    return {name: row["verdict"] for name, row in rows}


def write(project: Path, **sources: str) -> None:
    """Write modules of a project."""
    for name, source in sources.items():
        (project / f"{name}.py").write_text(textwrap.dedent(source))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("pass", "pass", {"torch": "unseeded", "torch mode": "off"}),
        ("torch.manual_seed(1)", "pass", {"torch": "seeded", "torch mode": "off"}),
        ("pass", "torch.manual_seed(1)", {"torch": "late", "torch mode": "off"}),
        (
            "torch.use_deterministic_algorithms(True)",
            "torch.manual_seed(1) if load() else None",
            {"torch": "unseeded", "torch mode": "on", "CUBLAS_WORKSPACE_CONFIG": "missing"},
        ),
        (
            "torch.use_deterministic_algorithms(True, warn_only=True); torch.seed()",
            "pass",
            {"torch": "unseeded", "torch mode": "warns"},
        ),
        (
            "torch.use_deterministic_algorithms(False); torch.cuda.manual_seed(1)",
            "pass",
            {"torch": "unseeded", "torch mode": "turned-off"},
        ),
        (
            "torch.backends.cudnn.benchmark = True; torch.backends.cudnn.deterministic = True; torch.manual_seed(1)",
            "pass",
            {"torch": "seeded", "torch mode": "off", "cudnn_benchmark mode": "on", "cudnn_deterministic mode": "on"},
        ),
        (
            "torch.backends.cudnn.benchmark = False; torch.backends.cudnn.deterministic = False; torch.manual_seed(1)",
            "pass",
            {
                "torch": "seeded",
                "torch mode": "off",
                "cudnn_benchmark mode": "turned-off",
                "cudnn_deterministic mode": "turned-off",
            },
        ),
    ],
)
def test_torch(detlint: Run, project: Path, before: str, after: str, expected: dict[str, str]) -> None:
    write(project, train=TRAIN.format(before=before, after=after) + MAIN)
    (entry,) = document(detlint)
    assert verdicts(entry) == expected


def test_a_benchmark_that_is_off_is_good(detlint: Run, project: Path) -> None:
    write(project, train="import torch\n\ntorch.backends.cudnn.benchmark = False\nprint(torch.rand(3))\n")
    (entry,) = document(detlint)
    assert [(row["name"], row["tone"]) for row in entry["modes"]] == [("cudnn_benchmark", "good")]


def test_the_way_leads_from_the_entry_point_to_the_consumer(detlint: Run, project: Path) -> None:
    write(
        project,
        train="from steps import prepare\n\n\ndef main():\n    prepare()" + MAIN,
        steps="import random\n\n\ndef prepare():\n    shuffled()\n\n\ndef shuffled():\n    random.shuffle([1, 2])\n",
    )
    (entry,) = document(detlint, "train.py")
    (state,) = entry["states"]
    (draw,) = state["draws"]
    assert (draw["path"], draw["line"], draw["column"], draw["text"]) == ("steps.py", 9, 5, "random.shuffle")
    assert [(hop["path"], hop["line"], hop["text"]) for hop in draw["way"]] == [
        ("train.py", 8, "main"),
        ("train.py", 5, "prepare"),
        ("steps.py", 5, "shuffled"),
    ]


def test_a_seed_that_depends_on_the_command_line_is_not_certain(detlint: Run, project: Path) -> None:
    code = "import random\nimport sys\n\nif sys.argv[1]:\n    random.seed(3)\nprint(random.random())\n"
    write(project, train=code)
    (entry,) = document(detlint)
    (state,) = entry["states"]
    assert state["verdict"] == "maybe"
    assert state["seeds"][0]["note"] == "on some ways only"
    assert "train.py:5" in state["draws"][0]["note"]


def test_a_parameter_that_is_handed_on_keeps_what_is_known_of_it(detlint: Run, project: Path) -> None:
    code = """\
    import random


    def split(values, seed=None):
        return shuffled(values, seed)


    def shuffled(values, seed=None):
        if seed is not None:
            random.seed(seed)
        random.shuffle(values)


    split([1, 2]{seed})
    print(random.random())
    """
    write(project, without=textwrap.dedent(code).format(seed=""), given=textwrap.dedent(code).format(seed=", 3"))
    found = {entry["path"]: verdicts(entry) for entry in document(detlint)}
    assert found == {"given.py": {"python": "seeded"}, "without.py": {"python": "unseeded"}}


@pytest.mark.parametrize(("value", "verdict"), [("7", "seeded"), ("int(time.time())", "maybe")])
def test_a_seed_from_the_clock_is_none(detlint: Run, project: Path, value: str, verdict: str) -> None:
    code = f"import random\nimport time\n\nSEED = {value}\nrandom.seed(SEED)\nprint(random.random())\n"
    write(project, train=code)
    (entry,) = document(detlint)
    (state,) = entry["states"]
    assert state["verdict"] == verdict
    assert ("clock" in str(state["draws"][0]["note"])) is (verdict == "maybe")


def test_a_seed_that_is_drawn_is_none_where_nothing_seeds_before(detlint: Run, project: Path) -> None:
    code = """\
    import argparse
    import random

    import numpy as np

    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.randint(1, 10000)
    random.seed(options.seed)
    np.random.seed(options.seed)
    print(np.random.rand())
    """
    write(project, drawn=code)
    (entry,) = document(detlint)
    assert verdicts(entry) == {"python": "maybe", "numpy": "maybe"}
    assert entry["states"][0]["draws"][0]["note"] == "drawn before the seed, on some ways"
    assert "may come from" in entry["states"][1]["seeds"][0]["note"]


def test_weights_that_are_loaded_have_no_effect(detlint: Run, project: Path) -> None:
    code = "import torch\nmodel = torch.nn.Linear(2, 2)\nmodel.load_state_dict(torch.load('m'))\nprint(torch.rand(3))\n"
    write(project, use=code)
    (entry,) = document(detlint)
    (state,) = entry["states"]
    assert [draw["verdict"] for draw in state["draws"]] == ["idle", "unseeded"]


def test_keras_draws_from_the_state_of_its_version(detlint: Run, project: Path) -> None:
    code = """\
    import keras
    import tensorflow as tf

    tf.random.set_seed(1)
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(loss="mse")
    model.fit([[1.0]], [1.0])
    """
    write(project, train=code)
    found = [verdicts(document(detlint, "--target", f"{version}")[0]) for version in ("keras=2.9", "keras=3.0")]
    assert [(of.get("python"), of["tensorflow"], of["tensorflow mode"]) for of in found] == [
        (None, "seeded", "off"),
        ("unseeded", "seeded", "off"),
    ]


@pytest.mark.parametrize(
    ("variable", "value", "verdict"),
    [
        ("TF_DETERMINISTIC_OPS", "1", "on"),
        ("KERAS_BACKEND", "jax", "unneeded"),
        ("TF_DETERMINISTIC_OPS", "0", "off"),
        ("KERAS_BACKEND", "tensorflow", "off"),
    ],
)
def test_variables_that_stand_for_the_mode(
    detlint: Run, project: Path, variable: str, value: str, verdict: str
) -> None:
    code = f"""\
    import os

    os.environ["{variable}"] = "{value}"

    import keras

    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(loss="mse")
    model.fit([[1.0]], [1.0])
    """
    write(project, train=code)
    assert verdicts(document(detlint)[0])["tensorflow mode"] == verdict


def test_variables_versions_and_where_they_come_from(detlint: Run, project: Path) -> None:
    (project / "requirements.txt").write_text("numpy==1.26.4\ntorch==2.4.0\n")
    (project / "Dockerfile").write_text("FROM python:3.12\nENV CUBLAS_WORKSPACE_CONFIG=:4096:8\n")
    before = "torch.use_deterministic_algorithms(True); import os; os.environ['PYTHONHASHSEED'] = '0'"
    write(project, train=TRAIN.format(before=before, after="pass") + MAIN)
    (entry,) = document(detlint)
    cublas, hashes = entry["variables"]
    assert (cublas["name"], cublas["verdict"], cublas["code"]) == ("CUBLAS_WORKSPACE_CONFIG", "set", [])
    assert cublas["files"] == [{"path": "Dockerfile", "line": 2, "column": 5, "value": ":4096:8", "note": None}]
    assert (hashes["verdict"], hashes["code"][0]["value"], hashes["code"][0]["line"]) == ("vain", "0", 6)
    assert entry["versions"] == [
        {"framework": "torch", "version": "2.4.0", "stated": True, "source": "requirements.txt:2"}
    ]


@pytest.mark.parametrize(("value", "verdict"), [("4096", "void"), (":16:8", "set")])
def test_a_value_that_does_not_help(detlint: Run, project: Path, value: str, verdict: str) -> None:
    (project / "Dockerfile").write_text(f"FROM python:3.12\nENV CUBLAS_WORKSPACE_CONFIG={value}\n")
    write(project, train=TRAIN.format(before="torch.use_deterministic_algorithms(True)", after="pass") + MAIN)
    assert verdicts(document(detlint)[0])["CUBLAS_WORKSPACE_CONFIG"] == verdict


def test_a_variable_that_is_set_too_late(detlint: Run, project: Path) -> None:
    code = """\
    import os

    import torch

    x = torch.ones(4, 4, device="cuda")
    print(x @ x, torch.matmul(x, x))
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
    print(torch.rand(3))
    """
    write(project, train=code)
    assert verdicts(document(detlint)[0])["CUBLAS_WORKSPACE_CONFIG"] == "late"


STATES = {"DET101": "python", "DET121": "numpy", "DET207": "torch"}
MODES = {"DET203": "torch mode", "DET303": "tensorflow mode"}
EXAMPLES = [
    (code, kind, number, example)
    for code in (*STATES, *MODES, "DET305", "DET109", "DET501")
    for kind in ("bad", "good")
    for number, example in enumerate(getattr(registry().by_code[code], kind))
]


@pytest.mark.parametrize(
    ("code", "kind", "example"), [(c, k, e) for c, k, _, e in EXAMPLES], ids=[f"{c}-{k}-{n}" for c, k, n, _ in EXAMPLES]
)
def test_the_map_answers_as_the_rules_do(detlint: Run, project: Path, code: str, kind: str, example: Any) -> None:
    source = "\n".join(line.removesuffix("# !").rstrip() for line in textwrap.dedent(example.code).splitlines())
    (project / "example.py").write_text(source + "\n")
    outcome = detlint("map", "--output-format", "json", *(f"--target={target}" for target in example.targets))
    entries = json.loads(outcome.out)["entry_points"] if outcome.status == 0 else []
    found = [verdicts(entry) for entry in entries]
    if code in STATES:
        told = any(of.get(STATES[code]) == "unseeded" for of in found)
    elif code in MODES:
        told = any(of.get(MODES[code]) == "off" for of in found)
    elif code == "DET305":
        told = any("unseeded" in of.values() for of in found)
    elif code == "DET109":
        told = any("late" in of.values() for of in found)
    else:
        told = any(of.get("CUBLAS_WORKSPACE_CONFIG") == "missing" for of in found)
    assert told is (kind == "bad")


def test_notebooks_are_told_by_cell(detlint: Run, project: Path) -> None:
    cells = [
        {"cell_type": "code", "source": "import numpy as np\n", "metadata": {}, "outputs": [], "execution_count": 1},
        {"cell_type": "code", "source": "\nnp.random.rand()", "metadata": {}, "outputs": [], "execution_count": 2},
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (project / "explore.ipynb").write_text(json.dumps(notebook))
    (entry,) = document(detlint)
    (draw,) = entry["states"][0]["draws"]
    assert (entry["kind"], draw["cell"], draw["line"]) == ("notebook", 2, 2)
    assert "explore.ipynb:cell 2:2" in detlint("map").out


def test_commands_of_the_metadata(detlint: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text('[project]\nname = "tool"\n[project.scripts]\ntool = "tool:run"\n')
    write(project, tool="import random\n\n\ndef run():\n    return random.random()\n")
    (entry,) = document(detlint)
    assert (entry["function"], entry["kind"], entry["line"]) == ("run", "command", 4)


# ------------------------------------------------------------------------------------------------------------- options
LIBRARY = """\
import random


def sample():
    return random.random()


class Trainer:
    def fit(self):
        sample()
"""


def test_an_entry_point_can_be_named(detlint: Run, project: Path) -> None:
    write(project, lib=LIBRARY, train="import random\nprint(random.random())\n")
    (entry,) = document(detlint, "--entry-point", "lib.py:Trainer.fit")
    assert (entry["path"], entry["function"], entry["kind"]) == ("lib.py", "Trainer.fit", "named")
    assert verdicts(entry) == {"python": "unseeded"}
    both = document(detlint, "--entry-point", "train.py", "--entry-point", "lib.py:sample", "--entry-point", "train.py")
    assert [(entry["path"], entry["kind"]) for entry in both] == [("lib.py", "named"), ("train.py", "script")]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lib.py:sampel", ("no function sampel", "did you mean sample?")),
        ("libs.py", ("no file libs.py", "did you mean lib.py?")),
        ("broken.py", ("broken.py cannot be read as Python",)),
    ],
)
def test_a_wrong_name_is_told_with_the_nearest(detlint: Run, project: Path, name: str, words: tuple[str, ...]) -> None:
    write(project, lib=LIBRARY, broken="def (:\n")
    outcome = detlint("map", "--entry-point", name)
    assert (outcome.status, outcome.out) == (2, "")
    assert all(word in outcome.err for word in words)


def test_no_entry_point_says_what_was_looked_for_and_how_to_name_one(detlint: Run, project: Path) -> None:
    write(project, lib=LIBRARY, test_lib="import random\nprint(random.random())\n")
    outcome = detlint("map")
    assert (outcome.status, outcome.out) == (2, "")
    assert "no entry point in . (1 Python file)" in outcome.err
    assert "__main__" in outcome.err
    assert "console scripts" in outcome.err
    assert "--entry-point train.py:main" in outcome.err


def test_a_path_that_does_not_exist(detlint: Run, project: Path) -> None:
    outcome = detlint("map", "nowhere")
    assert outcome.status == 2
    assert "nowhere" in outcome.err


def test_files_that_cannot_be_parsed_do_not_hide_the_others(detlint: Run, project: Path) -> None:
    write(project, broken="print((\n", train="import random\nprint(random.random())\n")
    (project / "bytes.py").write_bytes(b"\xff\xfe\x00print(\xff)")
    assert [entry["path"] for entry in document(detlint)] == ["train.py"]


# -------------------------------------------------------------------------------------------------------------- output
def test_the_text_is_good_on_80_columns_and_without_colour(detlint: Run, project: Path) -> None:
    folder = project / "a_package_with_a_long_name" / "and_one_inside_of_it"
    folder.mkdir(parents=True)
    (folder / "training.py").write_text(TRAIN.format(before="pass", after="pass") + MAIN)
    write(project, nothing="if __name__ == '__main__':\n    print(3)\n")
    out = detlint("map").out
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out
    assert not re.search(" $", out, re.MULTILINE)
    assert out.splitlines()[0] == "a_package_with_a_long_name/and_one_inside_of_it/training.py  script"
    assert "Nothing random is in reach of nothing.py." in out
    assert out.splitlines()[-1] == "2 entry points: 1 with problems, 1 with nothing random."


def test_colours_are_written_when_asked_for(detlint: Run, project: Path) -> None:
    write(project, train="import random\nprint(random.random())\n")
    plain, colored = detlint("map").out, detlint("map", "--color", "always").out
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[\d;]*m", "", colored).split() == plain.split()


@pytest.mark.parametrize("output_format", ["text", "json", "html"])
def test_the_same_tree_gives_the_same_bytes(detlint: Run, project: Path, output_format: str) -> None:
    for name in ("b", "a", "c"):
        write(project, **{name: TRAIN.format(before="torch.manual_seed(0)", after="pass") + MAIN})
    first = detlint("map", "--output-format", output_format, "c.py", "a.py", "b.py", "a.py").out
    assert first == detlint("map", "--output-format", output_format, "-o", "out").out + (project / "out").read_text()
    assert first.count("c.py") > 0


def test_what_files_set_is_told_only_where_something_is_random(detlint: Run, project: Path) -> None:
    (project / "Dockerfile").write_text("FROM python:3.12\nENV PYTHONHASHSEED=0\n")
    write(project, idle="if __name__ == '__main__':\n    print(3)\n", draw="import random\nprint(random.random())\n")
    found = {entry["path"]: verdicts(entry) for entry in document(detlint)}
    assert found == {"draw.py": {"python": "unseeded", "PYTHONHASHSEED": "set"}, "idle.py": {}}


def test_settings_hold_for_the_map(detlint: Run, project: Path) -> None:
    (project / "detlint.toml").write_text('target = { torch = "1.7" }\nextend-exclude = ["old"]\n')
    (project / "old").mkdir()
    (project / "old" / "run.py").write_text("import random\nprint(random.random())\n")
    write(project, train=TRAIN.format(before="torch.manual_seed(1)", after="pass") + MAIN)
    (entry,) = document(detlint)
    assert verdicts(entry)["torch mode"] == "unneeded"
    assert entry["versions"][0]["source"] == "detlint.toml"
    assert verdicts(document(detlint, "--target", "torch=2.4")[0])["torch mode"] == "off"
    modes = {mode["name"]: mode["note"] for mode in entry["modes"]}
    assert modes["torch"] == "torch 1.7 has no such mode, it came with 1.8"
    assert verdicts(document(detlint, "--isolated", "--devices", "cpu", "train.py")[0])["torch mode"] == "unneeded"


@pytest.mark.parametrize(
    ("argument", "verdict"), [("", "off"), ("deterministic=True", "on"), ("deterministic=mode()", "maybe")]
)
def test_the_mode_of_a_trainer_with_an_argument_for_it(
    detlint: Run, project: Path, argument: str, verdict: str
) -> None:
    code = f"import lightning as L\nfrom nets import Net, mode\n\nL.Trainer({argument}).fit(Net())\n"
    write(project, train=code)
    (entry,) = document(detlint)
    assert verdicts(entry)["torch mode"] == verdict


def test_many_places_are_counted_and_the_worst_are_listed(detlint: Run, project: Path) -> None:
    draws = "\n".join("random.random()" for _ in range(150))
    write(project, train=f"import random\n\n{draws}\nrandom.seed(1)\n{draws}\n")
    (entry,) = document(detlint)
    (state,) = entry["states"]
    assert (state["verdict"], state["draw_count"], len(state["draws"])) == ("late", 300, 100)
    assert {draw["verdict"] for draw in state["draws"]} == {"late"}
