"""What readers make of each format, with places, and that no text breaks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detlint.environment import (
    conda,
    dockerfile,
    dotenv,
    locks,
    makefile,
    pyproject,
    requirements,
    services,
    setup_files,
    shell,
)
from detlint.environment.formats import FORMATS, config_format, format_of, is_aside

if TYPE_CHECKING:
    from detlint.environment.facts import Facts, Variable


def required(facts: Facts) -> dict[str, tuple[str, str]]:
    """Names with specifier and pin."""
    return {item.name: (item.specifier, item.pin) for item in facts.requirements}


def values(facts: Facts) -> dict[str, str | None]:
    """Variables that hold for what is started with the file, or are set within its process."""
    return {item.name: item.value for item in facts.variables if item.scope in ("file", "process")}


def at(item: Variable) -> tuple[int, int]:
    return item.location.line, item.location.column


# ------------------------------------------------------------------------------------------------------- requirements
def test_requirements() -> None:
    facts = requirements.read(
        "# torch==0.1\n"
        "--extra-index-url https://download.example.org/whl/cpu\n"
        "-r base.txt\n"
        "-cconstraints.txt\n"
        "Torch_Vision >= 0.1 , < 2  # why\n"
        "torch==2.4.0 \\\n    --hash=sha256:00\n"
        "jax[cuda12]==0.4.30; python_version >= '3.10'\n"
        "lightgbm (>=3)\n"
        "git+https://example.org/a.git@0123456789abcdef#egg=xgboost\n"
        "https://example.org/whl/tensorflow-2.6.0-cp38-cp38-linux_x86_64.whl\n"
        "timm @ git+https://example.org/timm@0123abc4\n"
        "./local\n"
    )
    assert required(facts) == {
        "torch-vision": (">=0.1,<2", ""),
        "torch": ("==2.4.0", "2.4.0"),
        "jax": ("==0.4.30", "0.4.30"),
        "lightgbm": (">=3", ""),
        "xgboost": ("", ""),
        "tensorflow": ("==2.6.0", "2.6.0"),
        "timm": ("", ""),
    }
    by_name = {item.name: item for item in facts.requirements}
    assert by_name["xgboost"].fixed
    assert by_name["timm"].fixed
    assert by_name["jax"].extras == {"cuda12"}
    place = by_name["torch-vision"].location
    assert (place.line, place.column, place.end_column) == (5, 1, 26)
    assert [(item.path, item.kind) for item in facts.includes] == [
        ("base.txt", "requirements"),
        ("constraints.txt", "constraints"),
    ]
    assert facts.indexes == ["https://download.example.org/whl/cpu"]


@pytest.mark.parametrize(
    ("text", "pin"),
    [("torch===1.0", "1.0"), ("torch==1.*", ""), ("torch~=1.0", ""), ("torch", ""), ("torch>=1,==1.5", "1.5")],
)
def test_pins(text: str, pin: str) -> None:
    assert requirements.read(text).requirements[0].pin == pin


# -------------------------------------------------------------------------------------------------------------- conda
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pytorch", ("pytorch", "", "")),
        ("pytorch=1.7", ("pytorch", "==1.7.*", "1.7")),
        ("pytorch==1.7.1", ("pytorch", "==1.7.1", "1.7.1")),
        ("conda-forge::xgboost=1.2.1=py37_0", ("xgboost", "==1.2.1.*", "1.2.1")),
        ("numpy 1.26 py311", ("numpy", "==1.26", "1.26")),
        ("pytorch>=1.7,<2", ("pytorch", ">=1.7,<2", "")),
        ("pytorch 1.7.*", ("pytorch", "==1.7.*", "1.7")),
        ("pytorch[version='>=2,<3',build=cuda*]", ("pytorch", ">=2,<3", "")),
        ("pytorch=1.7|2.0", ("pytorch", "", "")),
    ],
)
def test_conda_specifications(text: str, found: tuple[str, str, str]) -> None:
    assert conda.parsed(text) == found


def test_conda() -> None:
    facts = conda.read(
        "name: a\ndependencies:\n  - python=3.11\n  - pytorch::pytorch=2.1\n  - pip:\n    - xgboost==1.2.1  # why\n"
        "    - -r more.txt\n    - 'lightgbm>=4'\nvariables:\n  PYTHONHASHSEED: 0\n"
        "  CUBLAS_WORKSPACE_CONFIG: ':4096:8'\n"
    )
    assert facts.python == "3.11"
    assert required(facts)["pytorch"] == ("==2.1.*", "2.1")
    assert {item.name: item.location.line for item in facts.requirements}["xgboost"] == 6
    assert {item.name: item.location.column for item in facts.requirements}["lightgbm"] == 8
    assert values(facts) == {"PYTHONHASHSEED": "0", "CUBLAS_WORKSPACE_CONFIG": ":4096:8"}
    assert facts.includes[0].path == "more.txt"


# ----------------------------------------------------------------------------------------------------------- metadata
def test_pyproject() -> None:
    facts = pyproject.read(
        '[build-system]\nrequires = ["setuptools", "torch"]\n'
        '[project]\nrequires-python = ">=3.10"\ndependencies = [\n  "jax>=0.4", # torch==1\n  \'numpy\',\n]\n'
        '[project.optional-dependencies]\ngpu = ["xgboost==1.7.6"]\n'
        "[tool.poetry.dependencies]\n"
        'torch = "^2.1"\ntensorflow = { version = "2.15.0", extras = ["and-cuda"] }\nkeras = "~3.5"\n'
        'lightgbm = { git = "https://example.org", rev = "abc" }\n'
        '[dependency-groups]\ndev = ["transformers<5"]\n'
        '[tool.pytest.ini_options]\nenv = ["D:PYTHONHASHSEED=0"]\n'
    )
    assert facts.python == ">=3.10"
    assert required(facts) == {
        "jax": (">=0.4", ""),
        "numpy": ("", ""),
        "xgboost": ("==1.7.6", "1.7.6"),
        "torch": (">=2.1,<3", ""),
        "tensorflow": ("==2.15.0", "2.15.0"),
        "keras": (">=3.5,<3.6", ""),
        "lightgbm": ("", ""),
        "transformers": ("<5", ""),
    }
    assert {item.name: (item.location.line, item.location.column) for item in facts.requirements}["jax"] == (6, 4)
    assert next(item for item in facts.requirements if item.name == "lightgbm").fixed
    assert values(facts) == {"PYTHONHASHSEED": "0"}


@pytest.mark.parametrize(
    ("text", "specifier"),
    [("^0.4.1", ">=0.4.1,<0.5"), ("~1.2.3", ">=1.2.3,<1.3"), ("*", ""), ("2.1.0", "==2.1.0"), (">=1,<2", ">=1,<2")],
)
def test_poetry(text: str, specifier: str) -> None:
    assert pyproject.poetry(text)[0] == specifier


def test_setup_files() -> None:
    facts = setup_files.read_setup(
        "from setuptools import setup\nBASE = ['numpy']\nraise SystemExit('never run')\n"
        "setup(python_requires='>=3.8', install_requires=[*BASE, 'torch>=1.0'] + ['xgboost==1.7'],\n"
        "      extras_require={'gpu': ['jax']})\n"
    )
    assert required(facts) == {
        "numpy": ("", ""),
        "torch": (">=1.0", ""),
        "xgboost": ("==1.7", "1.7"),
        "jax": ("", ""),
    }
    facts = setup_files.read_ini(
        "[options]\ninstall_requires =\n    torch>=2  # why\n    numpy\n[testenv]\nsetenv =\n    PYTHONHASHSEED = 0\n"
    )
    assert required(facts) == {"torch": (">=2", ""), "numpy": ("", "")}
    assert values(facts) == {"PYTHONHASHSEED": "0"}
    assert facts.requirements[0].location.line == 3


# -------------------------------------------------------------------------------------------------------------- locks
def test_locks() -> None:
    uv = '[[package]]\nname = "torch"\nversion = "2.4.0"\nsource = { registry = "x" }\n\n[[package]]\nname = "jax"\n'
    assert required(locks.read_toml(uv)) == {"torch": ("==2.4.0", "2.4.0")}
    assert required(locks.read_pipfile('{"default": {"torch": {"hashes": [], "version": "==2.4.0"}}}'))["torch"]
    conda_lock = "package:\n- name: pytorch\n  version: 2.3.1\n  manager: conda\n  platform: linux-64\n"
    found = locks.read_conda(conda_lock).requirements[0]
    assert (found.name, found.kind, found.pin) == ("pytorch", "conda", "2.3.1")
    explicit = "@EXPLICIT\nhttps://conda.anaconda.org/conda-forge/linux-64/pytorch-2.3.1-cuda_0.conda#00\n"
    assert required(locks.read_explicit(explicit)) == {"pytorch": ("==2.3.1", "2.3.1")}


# --------------------------------------------------------------------------------------------------------- Dockerfile
def test_dockerfile_variables_stay_only_where_they_do() -> None:
    facts = dockerfile.read(
        "FROM python:3.11\n"
        "ENV A=1 B='two words' \\\n    # a comment between\n\n    C=\"x\"\n"
        "ENV LEGACY some value\n"
        "ARG D=4\nENV E=${D} F=${MISSING:-5} G=$MISSING\n"
        "RUN export NOT=1 && echo x\n"
    )
    assert values(facts) == {
        "A": "1",
        "B": "two words",
        "C": "x",
        "LEGACY": "some value",
        "E": "4",
        "F": "5",
        "G": None,
    }
    assert at(facts.variables[2]) == (5, 5)


def test_dockerfile_stages() -> None:
    facts = dockerfile.read(
        "ARG TAG=3.11\nFROM python:${TAG} AS base\nENV KEPT=1\nFROM base AS build\nENV LOST=1\n"
        "FROM scratch AS none\nFROM --platform=linux/amd64 BASE\nCOPY --from=build /a /a\n"
    )
    assert [image.reference for image in facts.images] == ["python:3.11"]
    assert values(facts) == {"KEPT": "1"}
    assert {item.name: item.scope for item in facts.variables}["LOST"] == "stage"


def test_dockerfile_installs() -> None:
    facts = dockerfile.read(
        "FROM pytorch/pytorch:2.4.0-cuda12.1-cudnn9-runtime\n"
        "RUN --mount=type=cache,target=/root pip install --no-cache-dir \\\n"
        '    "xgboost>=1.7" \\\n    # not torch==1\n    -r requirements.txt && PYTHONHASHSEED=0 python train.py\n'
        "RUN <<EOF\npip3 install tensorflow==2.6.0\nEOF\n"
        "COPY <<FILE /x\nRUN pip install jax\nFILE\n"
        'ENTRYPOINT ["python", "-m", "a.b"]\n'
    )
    assert required(facts) == {
        "pytorch/pytorch": ("==2.4.0", "2.4.0"),
        "xgboost": (">=1.7", ""),
        "tensorflow": ("==2.6.0", "2.6.0"),
    }
    assert {item.name: item.location.line for item in facts.requirements}["tensorflow"] == 7
    assert {item.name: (item.location.line, item.location.column) for item in facts.requirements}["xgboost"] == (3, 6)
    assert [command.text for command in facts.commands] == ["python train.py", "python -m a.b"]
    assert [(item.name, item.scope, item.command) for item in facts.variables] == [
        ("PYTHONHASHSEED", "command", "python train.py")
    ]


@pytest.mark.parametrize(
    ("text", "images"),
    [
        ("ARG BASE\nFROM ${BASE}\n", [("${BASE}", False)]),
        ("# escape=`\nFROM `\n  python:3.11\n", [("python:3.11", True)]),
        ("FROM scratch\n", []),
        ("RUN echo 'FROM x'\n", []),
        ("from Python as A\nfrom a\n", [("Python", True)]),
        ("FROM a:1\nRUN <<EOF\nFROM b\n", [("a:1", True), ("b", True)]),
    ],
)
def test_images(text: str, images: list[tuple[str, bool]]) -> None:
    assert [(image.reference, image.known) for image in dockerfile.read(text).images] == images


# -------------------------------------------------------------------------------------------------------------- shell
def test_shell() -> None:
    facts = shell.read(
        "#!/bin/bash\n#SBATCH --export=ALL,S=1\n"
        "export A=1 B='two' # C=3\nD=4; export D\nE=5\nif x; then export F=${E}6; fi\n"
        "cat <<EOF\nexport G=7\nEOF\nexport H=$(date)\n"
        'I=8 J=9 exec python train.py --x "$@" > log 2>&1\nset -a\nK=10\nset +a\nL=11\n'
        "python -m pip install 'torch>=2' && conda install -y -c pytorch pytorch=1.4\n"
    )
    assert values(facts) == {"S": "1", "A": "1", "B": "two", "D": "4", "F": "56", "H": None, "K": "10"}
    commands = {item.name: item.command for item in facts.variables if item.scope == "command"}
    assert commands == dict.fromkeys(("I", "J"), 'exec python train.py --x "$@"')
    assert [(item.name, item.kind, item.pin) for item in facts.requirements] == [
        ("torch", "pip", ""),
        ("pytorch", "conda", "1.4"),
    ]
    assert at(next(item for item in facts.variables if item.name == "A")) == (3, 8)


def test_makefile() -> None:
    facts = makefile.read(
        "export A = 1\nB := 2\nC ?= 3\nexport C\nD = $(X)\ntrain: export E=5\n"
        "train:\n\t@F=6 python train.py\n\texport G=7\n"
    )
    assert values(facts) == {"A": "1", "E": "5", "C": "3"}
    assert [command.text for command in facts.commands] == ["python train.py"]


def test_dotenv() -> None:
    facts = dotenv.read("# A=0\nA=1\nexport B = 'two' # why\nC=\nD=$A\nnot a line\n")
    assert values(facts) == {"A": "1", "B": "two", "C": "", "D": None}


# ----------------------------------------------------------------------------------------------------------- services
def test_compose() -> None:
    facts = services.read_compose(
        "services:\n  a:\n    image: python\n    env_file: [one.env, {path: two.env}]\n"
        "    environment:\n      - A=1\n      - HOST\n      - C=${X}\n"
        "  b:\n    environment: {D: 2, E: '${Y:-3}', F: }\n    command: python train.py\n"
    )
    assert values(facts) == {"A": "1", "HOST": None, "C": None, "D": "2", "E": "3", "F": None}
    assert at(facts.variables[0]) == (6, 9)
    assert [item.path for item in facts.includes] == ["one.env", "two.env"]
    assert [command.text for command in facts.commands] == ["python train.py"]


def test_mlproject() -> None:
    facts = services.read_mlproject(
        'docker_env:\n  image: a:1\n  environment: [["A", "1"], "HOST"]\nconda_env: e.yml\n'
        "entry_points:\n  main:\n    command: |\n      PYTHONHASHSEED=0 python a.py {x}\n"
    )
    assert {item.name: item.value for item in facts.variables} == {"A": "1", "HOST": None, "PYTHONHASHSEED": "0"}
    assert facts.includes[0].path == "e.yml"
    assert facts.commands[0].text == "PYTHONHASHSEED=0 python a.py {x}\n"


def test_workflows() -> None:
    facts = services.read_github(
        "env: {A: 1}\njobs:\n  j:\n    env:\n      B: ${{ x }}\n    container: {image: 'c:1', env: {C: 3}}\n"
        '    steps:\n      - env: {D: 4}\n        run: |\n          export E=5\n          echo "F=6" >> $GITHUB_ENV\n'
        "          pip install torch==${{ matrix.torch }} xgboost\n"
        "      - run: >\n          pip install\n          jax\n"
    )
    assert values(facts) == {"A": "1", "B": None, "C": "3", "D": "4", "E": "5", "F": "6"}
    assert [(item.name, item.location.line) for item in facts.requirements] == [("xgboost", 12), ("jax", 15)]
    facts = services.read_gitlab(
        "image: python:3.11\nvariables: {A: 1, B: {value: 2, description: x}}\nt:\n  variables: {C: 3}\n"
        "  script:\n    - pip install torch\n    - export D=4\n"
    )
    assert values(facts) == {"A": "1", "B": "2", "C": "3", "D": "4"}
    assert next(item for item in facts.requirements if item.name == "torch").location.line == 6


def test_kubernetes_and_devcontainer() -> None:
    facts = services.read_kubernetes(
        "kind: Job\nspec:\n  template:\n    spec:\n      containers:\n        - image: a:1\n          env:\n"
        "            - {name: A, value: '1'}\n            - {name: B, valueFrom: {x: y}}\n"
        "          command: [python, train.py]\n---\nkind: ConfigMap\ndata: {C: '3'}\n"
    )
    assert values(facts) == {"A": "1", "B": None, "C": "3"}
    assert facts.commands[0].text == "python train.py"
    facts = services.read_devcontainer('{\n\t// why\n\t"image": "a:1", /* x */\n\t"containerEnv": {"A": "1"},\n}\n')
    assert values(facts) == {"A": "1"}
    assert at(facts.variables[0]) == (4, 19)


# ------------------------------------------------------------------------------------------------------ names of files
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("requirements.txt", "requirements"),
        ("a/requirements-dev.txt", "requirements"),
        ("requirements/base.in", "requirements"),
        ("train_requirements.txt", "requirements"),
        ("notes.txt", None),
        ("environment.yaml", "conda"),
        ("envs/gpu.yml", "conda"),
        ("config.yaml", None),
        ("train.Dockerfile", "dockerfile"),
        ("Dockerfile.gpu", "dockerfile"),
        ("Dockerfiles.md", None),
        ("Dockerfile.jinja", None),
        (".env.j2", None),
        (".github/workflows/a.yml", "github"),
        ("workflows/a.yml", None),
        ("docker-compose.yml", "compose"),
        ("a/MLproject", "mlproject"),
        (".env.local", "dotenv"),
        ("run.sbatch", "shell"),
        ("Makefile", "makefile"),
        ("setup.py", "setup"),
        ("train.py", None),
        ("k8s/job.yaml", "kubernetes"),
        ("poetry.lock", "lock"),
        ("yarn.lock", None),
        ("package.json", None),
    ],
)
def test_formats(path: str, name: str | None) -> None:
    found = format_of(path)
    assert (found.name if found else None) == name


def test_records_of_runs_are_not_read() -> None:
    assert config_format("/p/mlruns/0/1/artifacts/model/conda.yaml") is None
    assert config_format("/p/model/conda.yaml") is not None


@pytest.mark.parametrize(
    "path", ["requirements-dev.txt", "docs/requirements.txt", "tests/requirements.txt", "test-requirements.txt"]
)
def test_aside(path: str) -> None:
    assert is_aside(path)
    assert not is_aside("requirements.txt")


# ------------------------------------------------------------------------------------------------------------ any text
_PIECES = st.sampled_from(
    ["FROM ", "ENV ", "A=1", "\\\n", "\n", "<<EOF", "EOF", "[", "]", "{", "}", '"', "'", "#", "- ", ": ", "=", "$(",
     "${",
     "`", "|", "&&", "name", "dependencies", "[[package]]\n", "version = ", "torch==2.0", "-r x", "export ", "setup(",
     "install_requires", "*", "&a ", "<<: *a", "\t", "\r\n", "é", "\x85", "\u2028", "\x00", "entry_points", "command"]
)  # fmt: skip
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=60).map("".join))


@pytest.mark.parametrize("reader", sorted({row.reader for row in FORMATS}))
@given(text=_TEXTS)
@settings(max_examples=120, deadline=None)
def test_any_text_is_read(reader: str, text: str) -> None:
    row = next(row for row in FORMATS if row.reader == reader)
    facts = row.read(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    groups = (facts.requirements, facts.variables, facts.commands, facts.images, facts.includes)
    for place in [item.location for group in groups for item in group]:
        assert 1 <= place.line <= place.end_line <= lines
        assert (place.line, place.column) <= (place.end_line, place.end_column)


@pytest.mark.parametrize("reader", sorted({row.reader for row in FORMATS}))
@pytest.mark.parametrize(
    "text", ["[" * 20_000, "- " * 20_000, "{a: " * 5_000, "a:\n" * 20_000, "((((" * 10_000, "x" * 200_000]
)
def test_hostile_texts_are_read_in_time(reader: str, text: str) -> None:
    next(row for row in FORMATS if row.reader == reader).read(text)
