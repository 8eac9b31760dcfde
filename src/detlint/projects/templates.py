"""The templates that come with detlint: finding them, and rendering one with answers.

A template is a folder of data, `templates/<name>/<version>/`: `template.toml` says what it is and which `layers` it
stands on (folders of the same kind), `files/` holds its files, `partials/` what several files include. A file replaces
that of the same path in the layers below. A file `x.jinja` is rendered to `x`; `dot_x` means `.x`, so that git and
tools leave the sources alone; a path may hold placeholders. These are `@{ name }@`, which no format uses otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import jinja2

from detlint.projects.answers import Question, as_identifier, complete, this_year
from detlint.projects.errors import ProjectError
from detlint.projects.files import read_toml
from detlint.projects.versions import Version, as_python

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from detlint.projects.answers import Answers

FOLDER = Path(__file__).parent.parent / "templates"
SUFFIX = ".jinja"


@dataclass(frozen=True)
class Template:
    """A template at a version.

    layers: its folders, the lowest first. structure: what projects must have. proof: the module and arguments of a
    short run, by which it is proved that runs are equal.
    """

    name: str
    version: Version
    summary: str
    layers: tuple[Path, ...]
    questions: tuple[Question, ...]
    values: Mapping[str, Any]
    structure: Mapping[str, Any]
    proof: Mapping[str, Any]
    removed: frozenset[str] = field(default_factory=frozenset)

    @property
    def label(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}"

    @property
    def domain(self) -> str:
        """What kind of project it makes: mlflow, package."""
        return str(self.values["domain"])

    @property
    def libraries(self) -> tuple[str, ...]:
        """The library that it is about, or those that it lets choose from."""
        library = self.values.get("library")
        chosen = (question.choices for question in self.questions if question.name == "library")
        return (str(library),) if library else next(chosen, ())

    def answers(
        self, given: Mapping[str, str], ask: Callable[[Question, str], str] | None = None, **defaults: str
    ) -> Answers:
        """All answers: those given, what `ask` gives, then the defaults of the user, then those of the template."""

        def default_of(question: Question, answers: Mapping[str, str]) -> str:
            return defaults.get(question.name) or self._text(question.default, {**answers, "this_year": this_year()})

        return complete(self.questions, given, default_of, ask)

    def render(self, answers: Answers) -> dict[str, bytes]:
        """The project's files by path with slashes, in the order of paths."""
        values = self._values(answers)
        files: dict[str, bytes] = {}
        for path, source in self._sources.items():
            try:
                files[self._text(path, values)] = self._content(source, values)
            except jinja2.TemplateError as error:
                raise ProjectError(f"template {self.label}: {path}: {error}") from error
        return dict(sorted(files.items()))

    def _content(self, source: Path, values: Mapping[str, Any]) -> bytes:
        if source.suffix != SUFFIX:
            return source.read_bytes()
        return self._text(source.read_text(encoding="utf-8"), values).encode()

    def _values(self, answers: Answers) -> dict[str, Any]:
        """What the files' placeholders stand for: answers, what the template says of itself, and its own values."""
        values: dict[str, Any] = {
            **answers, "answers": answers, "template": self.name, "template_version": str(self.version),
        }  # fmt: skip
        for name, value in self.values.items():
            values[name] = self._filled(value, values)
        return values

    def _filled(self, value: Any, values: Mapping[str, Any]) -> Any:
        if isinstance(value, list):
            return [self._filled(item, values) for item in value]
        return self._text(value, values) if isinstance(value, str) else value

    def _text(self, text: str, values: Mapping[str, Any]) -> str:
        return self._environment.from_string(text).render(values)

    @cached_property
    def _sources(self) -> dict[str, Path]:
        """The source of each file by its path, whose placeholders are not filled in yet."""
        found: dict[str, Path] = {}
        for layer in self.layers:
            found.update(_files(layer / "files"))
        return {path: found[path] for path in sorted(found) if path not in self.removed}

    @cached_property
    def _environment(self) -> jinja2.Environment:
        environment = jinja2.Environment(
            block_start_string="@%", block_end_string="%@",
            variable_start_string="@{", variable_end_string="}@",
            comment_start_string="@#", comment_end_string="#@",
            trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
            undefined=jinja2.StrictUndefined,
            loader=jinja2.FileSystemLoader([layer / "partials" for layer in reversed(self.layers)]),
            autoescape=False,
        )  # fmt: skip
        environment.filters["identifier"] = as_identifier
        environment.filters["python"] = as_python
        return environment


def names() -> list[str]:
    """The names of all templates."""
    return sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir() and folder.name[0] not in "._")


def versions(name: str) -> list[Version]:
    """The versions of a template, the oldest first; raises `ProjectError` if there is no such template."""
    if name not in names():
        from detlint.cli.errors import suggestion

        raise ProjectError(f"no such template: {name} (of {', '.join(names())}){suggestion(name, names())}")
    return sorted(Version.parse(folder.name) for folder in (FOLDER / name).iterdir() if folder.is_dir())


@cache
def template(name: str, version: str | None = None) -> Template:
    """A template, at its newest version unless one is named; raises `ProjectError`."""
    known = versions(name)
    if version is None:
        return _load(name, known[-1])
    wanted = Version.parse(version)
    if wanted not in known:
        raise ProjectError(
            f"template {name} has no version {version} (of {', '.join(map(str, known))}); a newer detlint may have it"
        )
    return _load(name, wanted)


def manifest_file(name: str, version: Version) -> Path:
    """The file of a template's manifest."""
    return FOLDER / name / str(version) / "manifest.json"


def newest() -> list[Template]:
    """All templates at their newest versions."""
    return [template(name) for name in names()]


def _load(name: str, version: Version) -> Template:
    own = FOLDER / name / str(version)
    layers = tuple(_layers(own))
    questions: dict[str, Question] = {}
    values: dict[str, Any] = {}
    structure: dict[str, Any] = {"managed": [], "required": [], "recommended": [], "forbidden": [], "settings": []}
    proof: dict[str, Any] = {}
    removed: set[str] = set()
    for layer in layers:
        described = read_toml(layer / "template.toml")
        values.update(described.get("values", {}))
        proof.update(described.get("prove", {}))
        removed.update(described.get("removed", ()))
        for row in described.get("questions", ()):
            question = Question(**{**row, "choices": tuple(row.get("choices", ()))})
            questions[question.name] = question
        for key, rows in described.get("structure", {}).items():
            structure[key] = [*structure[key], *rows]
    return Template(
        name=name,
        version=version,
        summary=read_toml(own / "template.toml")["summary"],
        layers=layers,
        questions=tuple(questions.values()),
        values=values,
        structure=structure,
        proof=proof,
        removed=frozenset(removed),
    )


def _layers(folder: Path) -> Iterator[Path]:
    """The folders that a template stands on, the lowest first and itself last, each once."""
    seen: dict[Path, None] = {}
    for name in read_toml(folder / "template.toml").get("layers", ()):
        seen.update(dict.fromkeys(_layers(FOLDER / name)))
    yield from seen
    yield folder


def _files(folder: Path) -> dict[str, Path]:
    """The files below a folder by the path that they will have."""
    found = sorted(file for file in folder.rglob("*") if file.is_file())
    return {_target(PurePosixPath(file.relative_to(folder).as_posix())): file for file in found}


def _target(path: PurePosixPath) -> str:
    parts = [re.sub(r"^dot_", ".", part) for part in path.parts]
    return "/".join(parts).removesuffix(SUFFIX)
