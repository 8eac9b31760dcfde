from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detlint.diagnostics import Confidence, Severity
from detlint.settings import Resolver, Settings, SettingsError, options_from, parse_size, parse_targets
from detlint.settings.model import KEYS, schema
from detlint.sources.discovery import discover

if TYPE_CHECKING:
    from pathlib import Path


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_toml", ".toml").replace("dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def settings(root: Path, file: str = "a.py", **options: Any) -> Settings:
    return Resolver(str(root), options_from(options)).for_file(file)


def error(root: Path, text: str, file: str = "pyproject.toml") -> str:
    (root / file).write_text(text)
    with pytest.raises(SettingsError) as caught:
        settings(root)
    return str(caught.value).replace(str(root) + "/", "")


@pytest.fixture(autouse=True)
def _in_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def test_every_key_of_a_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        pyproject_toml="""
[tool.detlint]
select = ["DET2", "det104", "DET2"]
ignore = ["DET205"]
extend-select = ["DET103"]
extend-ignore = ["ALL"]
exclude = ["gen/"]
extend-exclude = ["*_pb2.py"]
force-exclude = true
devices = ["cpu"]
min-confidence = "low"
min-severity = "error"
output-format = "concise"
max-file-size = "2M"
require-reason = true
extend-safe-fixes = ["DET106"]
extend-unsafe-fixes = ["DET105"]
seed-functions = ["project.seed_all"]
deterministic-functions = ["project.be_exact"]
entry-points = ["train.py", "project.cli:main"]
tensor-functions = ["project.encode"]
plugins = ["acme-rules"]
baseline = "known.json"
[tool.detlint.target]
torch = "2.4"
[tool.detlint.per-file-ignores]
"tests/*" = ["DET1"]
[tool.detlint.severity]
DET205 = "info"
""",
    )
    found = settings(tmp_path)
    assert found.select == ("DET2", "DET104")
    assert (found.ignore, found.extend_select, found.extend_ignore) == (("DET205",), ("DET103",), ("ALL",))
    assert (found.exclude, found.extend_exclude, found.force_exclude) == (("gen/",), ("*_pb2.py",), True)
    assert (found.target, found.devices) == ({"torch": "2.4"}, ("cpu",))
    assert (found.min_confidence, found.min_severity) == (Confidence.LOW, Severity.ERROR)
    assert (found.output_format, found.max_file_size, found.require_reason) == ("concise", 2_000_000, True)
    assert (found.seed_functions, found.deterministic_functions) == (("project.seed_all",), ("project.be_exact",))
    assert (found.entry_points, found.tensor_functions) == (("train.py", "project.cli:main"), ("project.encode",))
    assert found.baseline == "known.json"
    assert (found.plugins, found.severity) == (("acme-rules",), {"DET205": Severity.INFO})
    assert (found.extend_safe_fixes, found.extend_unsafe_fixes) == (("DET106",), ("DET105",))
    assert found.per_file_ignores == {"tests/*": ("DET1",)}
    assert found.root == str(tmp_path)
    assert {str(found.origin(key)) for key in KEYS} == {str(tmp_path / "pyproject.toml")}


def test_defaults_say_that_they_are(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found == Settings(root=str(tmp_path))
    assert {found.origin(key).kind for key in KEYS} == {"default"}


def test_the_nearest_file_applies_up_to_the_repository(tmp_path: Path) -> None:
    write(
        tmp_path,
        pyproject_toml='[tool.detlint]\nignore = ["DET1"]',
        sub__pyproject_toml='[project]\nname = "detlint-user"',
        sub__deep__detlint_toml='ignore = ["DET2"]',
        sub__deep__pyproject_toml='[tool.detlint]\nignore = ["DET3"]',
        sub__deep__er__dot_detlint_toml='ignore = ["DET4"]',
        sub__deep__er__detlint_toml='ignore = ["DET5"]',
    )
    (tmp_path / "other" / ".git").mkdir(parents=True)
    resolver = Resolver(str(tmp_path))

    def ignored(file: str) -> tuple[str, ...]:
        return resolver.for_file(file).ignore

    assert ignored("a.py") == ignored("sub/a.py") == ignored("sub/none/a.py") == ("DET1",)
    assert ignored("sub/deep/a.py") == ignored("sub/deep/x/y/a.py") == ("DET2",)
    assert ignored("sub/deep/er/a.py") == ("DET4",)
    assert ignored("other/a.py") == ignored("other/x/a.py") == ()
    assert Resolver(str(tmp_path), isolated=True).for_file("a.py").ignore == ()
    assert Resolver(str(tmp_path), config="sub/deep/detlint.toml").for_file("a.py").ignore == ("DET2",)


def test_options_win_and_extend(tmp_path: Path) -> None:
    write(
        tmp_path,
        detlint_toml='select = ["DET2"]\nextend-ignore = ["DET205"]\ntarget = { torch = "2.4", numpy = "1.26" }\n',
    )
    options: dict[str, Any] = {
        "select": [["DET1"], ["DET3", "DET4"]],
        "extend_ignore": [["DET206"]],
        "target": ["torch=1.8"],
    }
    found = settings(tmp_path, "a.py", **options, paths=["a.py"], ignore=None)
    assert found.select == ("DET1", "DET3", "DET4")
    assert found.extend_ignore == ("DET205", "DET206")
    assert found.target == {"torch": "1.8", "numpy": "1.26"}
    assert str(found.origin("select")) == "--select"
    assert str(found.origin("ignore")) == "default"


def test_patterns_are_relative_to_where_they_stand(tmp_path: Path) -> None:
    write(
        tmp_path,
        detlint_toml='extend-exclude = ["/gen/"]\n[per-file-ignores]\n"/tests/" = ["DET1"]\n"!src/**" = ["DET2"]',
        gen__a="", sub__gen__a="", sub__drop__a="", drop__a="", venv__a="",
    )  # fmt: skip
    for file in list(tmp_path.glob("**/a")):
        file.rename(f"{file}.py")
    resolver = Resolver(str(tmp_path / "sub"), {"extend-exclude": ["/drop/"]})
    found = discover([".."], cwd=str(tmp_path / "sub"), exclusion=resolver.exclusion)
    assert [file.path for file in found.files] == ["../drop/a.py", "gen/a.py"]
    rules = resolver.for_folder(str(tmp_path))
    assert rules.ignored_in(str(tmp_path / "tests" / "deep" / "a.py")) == ("DET1", "DET2")
    assert rules.ignored_in(str(tmp_path / "src" / "tests" / "a.py")) == ()


def test_excludes_of_options_replace_those_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, detlint_toml='exclude = ["gen"]', gen__a="", mine__a="", venv__a="")
    for file in list(tmp_path.glob("*/a")):
        file.rename(f"{file}.py")

    def found(**options: Any) -> list[str]:
        resolver = Resolver(str(tmp_path), options_from(options))
        return [file.path for file in discover(["."], cwd=str(tmp_path), exclusion=resolver.exclusion).files]

    assert found() == ["mine/a.py", "venv/a.py"]
    assert found(exclude=[["mine"]]) == ["gen/a.py", "venv/a.py"]
    assert found(extend_exclude=[["mine"]]) == ["venv/a.py"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.detlint]\n\nselct = []", "pyproject.toml:3: unknown key `selct`; did you mean `select`?"),
        ("[tool.detlint]\nper_file_ignores = {}", "unknown key `per_file_ignores`; did you mean `per-file-ignores`?"),
        ("[tool.detlint.targets]\ntorch = '2.4'", "pyproject.toml:1: unknown key `targets`; did you mean `target`?"),
        ("[tool.detlint]\nzzz = 1", "pyproject.toml:2: unknown key `zzz`"),
        ("[tool.detlint]\nexclude = 'x'", "pyproject.toml:2: `exclude` must be a list, not 'x'"),
        ("[tool.detlint]\nexclude = ['x', 3]", "`exclude` (entry 2) must be a pattern as in .gitignore, not 3"),
        ("[tool.detlint]\nselect = ['DET2', 'pytorch']", "`select` (entry 2) must be a code or a prefix of codes"),
        ("[tool.detlint]\nforce-exclude = 'no'", "`force-exclude` must be true or false"),
        ("[tool.detlint.target]\ntorch = 2.4", '(entry `torch`) must be a version in quotes, as "2.4", not 2.4'),
        ("[tool.detlint]\ntarget = ['torch=2.4']", "`target` must be a table, not a list"),
        ("[tool.detlint]\nexclude = ['ok', '[']", "pyproject.toml:2: `exclude` (entry 2) must be a pattern"),
        ("[tool.detlint.per-file-ignores]\n'[' = []", "`per-file-ignores` (entry `[`) must be a pattern"),
        ("[tool.detlint]\ndevices = []", "pyproject.toml:2: `devices` must be a list of at least 1; leave it out for"),
        ("[tool.detlint]\ndevices = ['gpu']", "must be one of cuda, cpu, mps, not 'gpu'"),
        ("[tool.detlint]\nmin-confidence = 'hihg'", "must be one of low, medium, high, not 'hihg'; did you mean"),
        ("[tool.detlint]\nmax-file-size = 0", "must be a size, as 500K or 2M, not 0"),
        ("[tool.detlint]\nmax-file-size = true", "must be a size, as 500K or 2M, not true"),
        ("[tool.detlint]\nseverity = {DET205 = 'off'}", "`severity` (entry `DET205`) must be one of info, warning"),
        ("[tool.detlint]\nplugins = ['../evil.py']", "must be the name of an installed rule pack"),
        ("[tool]\ndetlint = 3", "pyproject.toml: [tool.detlint] must be a table"),
        ("[tool.detlint]\nx = = 1", "pyproject.toml:2: invalid TOML:"),
        ("[tool.detlint]\nx = " + "[" * 5_000, "invalid TOML"),
    ],
)  # fmt: skip
def test_mistakes_are_named(tmp_path: Path, text: str, message: str) -> None:
    assert message in error(tmp_path, text)


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    text = error(tmp_path, "slect = []\nignore = 'DET1'\n", "detlint.toml")
    assert [line.partition(" ")[0] for line in text.splitlines()] == ["detlint.toml:1:", "detlint.toml:2:"]


def test_mistakes_about_files(tmp_path: Path) -> None:
    assert "without [tool.detlint]" in error(tmp_path, "[tool.detlint]\nselect = []", "detlint.toml")
    (tmp_path / "detlint.toml").write_bytes(b"ignore = []\nx = '\xff'")
    with pytest.raises(SettingsError, match=r"detlint\.toml:2: is not UTF-8"):
        settings(tmp_path)
    with pytest.raises(SettingsError, match=r"gone\.toml: no such settings file"):
        Resolver(str(tmp_path), config="gone.toml")
    with pytest.raises(SettingsError, match=r": is not a file; name the settings file itself"):
        Resolver(str(tmp_path), config=".")
    (tmp_path / "detlint.toml").unlink()
    (tmp_path / "detlint.toml").mkdir()
    with pytest.raises(SettingsError, match=r"detlint\.toml: has the name of a settings file, but is none"):
        settings(tmp_path)
    write(tmp_path, pyproject_toml="[project]")
    with pytest.raises(SettingsError, match=r"pyproject\.toml: has no table \[tool\.detlint\]"):
        Resolver(str(tmp_path), config="pyproject.toml")


def test_mistakes_in_options_name_the_option(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"--select \(entry 1\) must be a code"):
        settings(tmp_path, select=[["pytorch"]])
    with pytest.raises(SettingsError, match=r"--max-file-size must be a size"):
        settings(tmp_path, max_file_size="big")


def test_a_project_file_that_does_not_speak_of_us_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, pyproject_toml="this is no [ TOML")
    code = "import sys; from detlint.settings import Resolver; Resolver().for_file('a.py'); "
    code += "print([name for name in ('tomllib', 'tomli', 'difflib') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


@pytest.mark.parametrize(
    ("size", "value"),
    [(1, 1), ("500", 500), ("500K", 500_000), ("2m", 2_000_000), ("2 MB", 2_000_000), ("1GiB", 10**9)],
)
def test_sizes(size: object, value: int) -> None:
    assert parse_size(size) == value


@pytest.mark.parametrize("size", ["", "-1", "1.5M", "MB", "0", "2 weeks", None, [], 1.5])
def test_no_sizes(size: object) -> None:
    with pytest.raises(SettingsError, match="must be a size"):
        parse_size(size)


def test_targets() -> None:
    assert parse_targets(["torch=2.4", " Numpy = 1.26.4 "]) == {"torch": "2.4", "numpy": "1.26.4"}
    for wrong in ("torch", "torch=", "=2", "torch=latest", "torch==2.4"):
        with pytest.raises(SettingsError, match=r"as torch=2\.4, not"):
            parse_targets([wrong])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["DET2", "low"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from(sorted(KEYS)), VALUES)
def test_any_value_is_taken_or_refused_in_words(name: str, value: object) -> None:
    said = ""
    try:
        KEYS[name].kind.parse(value)
    except SettingsError as error:
        said = str(error)
    assert not said or "must be" in said


def test_the_schema_that_ships_is_that_of_the_model() -> None:
    shipped = resources.files("detlint.settings").joinpath("schema.json").read_text(encoding="utf-8")
    assert shipped == json.dumps(schema(), indent=2) + "\n", "write it anew: python -m detlint.settings"


@given(st.sampled_from(sorted(KEYS)), VALUES)
def test_the_schema_takes_what_the_model_takes(name: str, value: object) -> None:
    try:
        KEYS[name].kind.parse(value)
    except SettingsError:
        return
    jsonschema.validate({name: value}, schema())


def test_the_schema_takes_the_defaults() -> None:
    properties = schema()["properties"]
    assert isinstance(properties, dict)
    defaults = {name: part["default"] for name, part in properties.items() if "default" in part}
    jsonschema.validate(defaults, schema())
    assert len(defaults) == len(KEYS) - 2
    for name, value in defaults.items():
        assert KEYS[name].kind.parse(value) == KEYS[name].default
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"selct": []}, schema())
