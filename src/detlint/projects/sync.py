"""Taking a newer version of a template over into a project: a three-way merge, file by file, by `git merge-file`.

The old template with the recorded answers is the base, the new one is theirs, the project is ours. Everything is
merged in memory first; only then a branch is made and files are written. Given a project; gives a `Plan`, and carries
it out.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pathspec import GitIgnoreSpec

from detlint.projects import git
from detlint.projects.errors import ProjectError
from detlint.projects.files import read, safe, write
from detlint.projects.marker import MARKER, Marker, no_project, read_marker
from detlint.projects.structure import template_of
from detlint.projects.templates import template, versions
from detlint.projects.versions import LEVELS
from detlint.sources.discovery import spec_of

if TYPE_CHECKING:
    from detlint.projects.answers import Answers
    from detlint.projects.templates import Template
    from detlint.projects.versions import Version

_VERSION_LINE = re.compile(r"""^(template-version\s*=\s*)["'][^"'\n]*["']""", re.MULTILINE)
Kind = Literal["added", "updated", "merged", "removed", "restored", "conflict", "kept"]
_WORDS: dict[Kind, str] = {
    "added": "New files",
    "updated": "Taken over as they are",
    "merged": "Merged with changes of the project",
    "removed": "Removed, since the template has them no more",
    "restored": "Written again, since the template manages them",
    "conflict": "In conflict: both sides changed the same lines, which are marked",
    "kept": "Left to you",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one file. content: what it will be; None if it goes, or if nothing is written."""

    path: str
    kind: Kind
    content: bytes | None = None
    why: str = ""


@dataclass(slots=True)
class Plan:
    """What a sync does. old: None for a project that was not made from the template. remaining: what is left to do."""

    old: Template | None
    new: Template
    answers: Answers
    steps: list[Step] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    remaining: list[str] = field(default_factory=list)

    @property
    def branch(self) -> str:
        """The branch on which it is done."""
        return f"detlint-{'sync' if self.old else 'adopt'}-{self.new.name}-{self.new.version}"

    @property
    def conflicts(self) -> list[str]:
        """The files that a person must look at."""
        return [step.path for step in self.steps if step.kind == "conflict"]

    @property
    def title(self) -> str:
        """What is done, in a line."""
        if self.old is None:
            return f"Adopt the template {self.new.label}"
        return f"Sync with {self.new.label} (was {self.old.version})"

    def body(self) -> str:
        """The text of the pull request."""
        was = f"; the project was at {self.old.version}" if self.old else ""
        lines = [
            f"This takes the version {self.new.version} of the template {self.new.name} over{was}. Run the tests and "
            "`detlint lint` before merging.",
        ]
        for kind, words in _WORDS.items():
            steps = [step for step in self.steps if step.kind == kind]
            if steps:
                rows = [f"- `{step.path}`{f': {step.why}' if step.why else ''}" for step in steps]
                lines += ["", f"**{words}**", "", *rows]
        if self.excluded:
            lines += ["", "**Excluded by `[sync]`**", "", *(f"- `{path}`" for path in self.excluded)]
        if self.remaining:
            lines += ["", "**Left to do**", "", *(f"- {words}" for words in self.remaining)]
        return "\n".join(lines) + "\n"


def available(marker: Marker) -> Version | None:
    """The version that a sync would take over; None if there is none, or only one below the level of the project."""
    old = template_of(marker)
    newest = versions(old.name)[-1]
    if newest <= old.version:
        return None
    level = old.version.level_to(newest)
    return newest if LEVELS.index(level) <= LEVELS.index(marker.sync_level) else None


def make_plan(root: Path, marker: Marker, version: Version) -> Plan:
    """What is to be done to come to a version; nothing is changed. Raises `ProjectError`."""
    old = template_of(marker)
    new = template(old.name, str(version))
    before, after = (_known(each, marker) for each in (old, new))
    base, theirs = old.render(old.answers(before)), new.render(new.answers(after))
    plan = Plan(old, new, new.answers(after))
    labels = "project", old.label, new.label
    excluded = spec_of(marker.sync_exclude)
    managed = GitIgnoreSpec.from_lines(f"/{pattern}" for pattern in new.structure["managed"])
    for path in sorted({*base, *theirs}):
        safe(path, f"template {new.label}")
        ours = read(root, path)
        if path == MARKER and ours is not None:
            plan.steps.append(_marker_step(base[path], theirs[path], ours, new.version, labels))
            continue
        if base.get(path) == theirs.get(path):
            continue
        if excluded.match_file(path):
            plan.excluded.append(path)
            continue
        step = _step(path, base.get(path), theirs.get(path), ours, is_managed=managed.match_file(path), labels=labels)
        if step is not None:
            plan.steps.append(step)
    return plan


def check_tree(root: Path) -> None:
    """Raise `ProjectError` unless the folder is the top of a git repository in which nothing is uncommitted."""
    if not git.found("git"):
        raise ProjectError("sync needs git, which is not there")
    if git.status(root, "rev-parse", "--git-dir") != 0:
        raise ProjectError("sync needs a git repository, so that nothing is lost: git init, git add, git commit")
    if git.status(root, "rev-parse", "--verify", "-q", "HEAD") != 0:
        raise ProjectError("the git repository has no commit yet; commit the project first")
    changed = git.text(root, "status", "--porcelain", "--untracked-files=no").splitlines()
    if changed:
        names = ", ".join(line[3:] for line in changed[:5]) + (", …" if len(changed) > 5 else "")
        raise ProjectError(f"there are changes that are not committed ({names}); commit or stash them first")


def carry_out(root: Path, plan: Plan, *, commit_conflicts: bool = False) -> bool:
    """Make the branch, write the files, and commit unless there are conflicts; gives whether it was committed."""
    if git.status(root, "rev-parse", "--verify", "-q", f"refs/heads/{plan.branch}") == 0:
        raise ProjectError(f"the branch {plan.branch} is there already; merge it, or delete it (git branch -D)")
    for step in plan.steps:
        if step.kind == "added" and (root / step.path).exists():
            raise ProjectError(f"{step.path} has come up meanwhile; nothing was changed")
    branch = git.text(root, "branch", "--show-current")
    start = [branch] if branch else ["--detach", git.text(root, "rev-parse", "HEAD")]
    git.run(root, "switch", "-q", "-c", plan.branch)
    changes = {step.path: step.content for step in plan.steps if step.kind != "kept"}
    try:
        write(root, changes)
        git.run(root, "add", "--all", "--force", "--", *changes)
        if plan.conflicts and not commit_conflicts:
            git.run(root, "reset", "-q", "--", *plan.conflicts)
            return False
        git.run(root, "commit", "-q", "-m", plan.title, "-m", plan.body())
    except BaseException:
        _take_back(root, plan, start)
        raise
    return True


def _take_back(root: Path, plan: Plan, start: list[str]) -> None:
    """Leave the repository as it was: where it started, without the branch that was made."""
    git.run(root, "reset", "-q", "--hard")
    git.run(root, "switch", "-q", *start)
    git.run(root, "branch", "-q", "-D", plan.branch)
    for step in plan.steps:
        if step.kind == "added":
            (root / step.path).unlink(missing_ok=True)


def open_marker(root: Path) -> Marker:
    """The marker of a project made from one of our templates; raises `ProjectError`."""
    marker = read_marker(root)
    if marker is None:
        raise ProjectError(f"{no_project(root)} (--adopt takes a template over)")
    if marker.template is None:
        raise ProjectError(f"{root / MARKER} names a manifest, and no template of which there could be a newer version")
    return marker


def _known(chosen: Template, marker: Marker) -> dict[str, str]:
    names = {question.name for question in chosen.questions}
    return {name: value for name, value in marker.answers.items() if name in names}


def _step(
    path: str,
    base: bytes | None,
    theirs: bytes | None,
    ours: bytes | None,
    *,
    is_managed: bool,
    labels: tuple[str, str, str],
) -> Step | None:
    """What happens to a file that the two versions of the template do not have in common."""
    if ours == theirs:
        return None
    if theirs is None:
        return (
            Step(path, "removed")
            if ours == base
            else _left(path, ours, "the template has it no more, and it was changed")
        )
    if base is None:
        return Step(path, "added", theirs) if ours is None else _merged(path, b"", theirs, ours, labels)
    if ours is None:
        return Step(path, "restored", theirs) if is_managed else Step(path, "kept", why="the project has deleted it")
    if ours == base:
        return Step(path, "updated", theirs)
    return _merged(path, base, theirs, ours, labels)


def _left(path: str, ours: bytes | None, why: str) -> Step | None:
    return None if ours is None else Step(path, "kept", why=why)


def _merged(path: str, base: bytes, theirs: bytes, ours: bytes, labels: tuple[str, str, str]) -> Step:
    if any(b"\0" in content for content in (base, theirs, ours)):
        return Step(path, "kept", why="no text, and changed on both sides")
    # line ends are the project's: a checkout may have changed all of them
    ends = b"\r\n" in ours
    contents = [content.replace(b"\r\n", b"\n") for content in (ours, base, theirs)]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("ours", "base", "theirs")]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        options = [option for label in labels for option in ("-L", label)]
        content, conflicts = git.merge_file(*options, *map(str, files))
    result = content.replace(b"\n", b"\r\n") if ends else content
    return Step(path, "conflict" if conflicts else "merged", result)


def _marker_step(base: bytes, theirs: bytes, ours: bytes, version: Version, labels: tuple[str, str, str]) -> Step:
    """What becomes of the marker file: it names the new version, and what stands beside that is not in the way."""
    base, ours = _with_version(base, version), _with_version(ours, version)
    if base in (ours, theirs):
        return Step(MARKER, "updated", theirs if base == ours else ours)
    step = _merged(MARKER, base, theirs, ours, labels)
    if step.kind == "conflict":
        raise ProjectError(f"{MARKER} was changed where the new template changes it; set it as it was, then sync")
    return step


def _with_version(content: bytes, version: Version) -> bytes:
    """A marker file with another version of the template."""
    wanted = rf'\g<1>"{version}"'
    text, number = _VERSION_LINE.subn(wanted, content.decode(), count=1)
    if number != 1:
        raise ProjectError(f"{MARKER} has no line `template-version = …`")
    return text.encode()
