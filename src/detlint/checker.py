"""Checking one source by one set of settings.

Given sources, or a tree with them; gives their diagnostics, filtered and in order. LibCST and the index are imported
when the first file comes in which a rule can fire.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from detlint.diagnostics import Confidence, Diagnostic, Fix, Location, Severity
from detlint.environment.formats import config_format
from detlint.environment.project import ConfigFile, ProjectFiles, Surroundings
from detlint.file_context import FileContext
from detlint.project.places import is_test
from detlint.rules.base import Rule
from detlint.selection import Selection, matches
from detlint.sources.source import Problem, SourceFile, parse
from detlint.suppressions import Known, Suppressions
from detlint.triggers import Purpose, Triggers, may_start, may_work, starts_others
from detlint.versions import Target, Targets, Version

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Collection, Iterable

    from detlint.context import Context
    from detlint.environment.formats import Format
    from detlint.project.model import EntryPoint
    from detlint.registry import Registry
    from detlint.runner import Runner
    from detlint.settings import Settings
    from detlint.triggers import Sought

ALWAYS_PARSED = 4_000
"""A file of at most so many characters is parsed, for its syntax errors, also where no rule can fire."""


@dataclass(slots=True)
class Result:
    """What the check of one file gives.

    errors: texts about rules that failed, for standard error. skipped: whether the trigger scan told that no rule can
    fire in the file, so that it was not looked into. unparsed: whether it was too long to be parsed all the same.
    notes: what could not be read beside the code.
    """

    diagnostics: list[Diagnostic] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    skipped: bool = False
    unparsed: bool = False
    notes: list[str] = field(default_factory=list)


def stated_targets(settings: Settings, registry: Registry) -> Targets:
    """The versions that settings state, and the newest that the packs know."""
    origin = str(settings.origin("target"))
    return Targets({name: Target(Version(text), origin) for name, text in settings.target.items()}, registry.versions)


class Checker:
    """Checks files by one set of settings; made once and used for many files."""

    def __init__(self, settings: Settings, registry: Registry) -> None:
        self.settings = settings
        self.registry = registry = _with_helpers(registry, settings)
        selection = Selection(settings.select, settings.ignore, settings.extend_select, settings.extend_ignore)
        self.rules = tuple(rule for rule in registry.selected(selection) if not rule.of_projects)
        self.targets = stated_targets(settings, registry)
        self._codes = frozenset(rule.code for rule in self.rules)
        self._complete = self._codes.issuperset(
            rule.code for rule in registry.rules if rule.default and not rule.of_projects
        )
        self._triggers = Triggers(self.rules, registry)
        self._runner: Runner | None = None
        self._surroundings = Surroundings()

    def check(
        self, source: SourceFile, tree: ast.Module | None = None, *, file: str | None = None, honour_noqa: bool = True
    ) -> Result:
        """Check one file.

        tree: of the source, if there is one already. file: its absolute path, for `per-file-ignores` and for the
        versions and variables that files around it state; None for a text that is in no project. honour_noqa:
        False where the caller hides what `noqa` comments name, as flake8 does.
        """
        result = Result()
        config = config_format(file or source.path)
        code = config is None or source.path.endswith(".py")
        marker = config.comments if config is not None and not code else None
        suppressions = Suppressions(source, honour_noqa=honour_noqa, marker=marker)
        if suppressions.skips_file:
            return result
        ignored = self.settings.ignored_in(file) if file is not None else ()
        enabled = self._codes
        if ignored:
            enabled = frozenset(code for code in enabled if not any(matches(selector, code) for selector in ignored))
        found = self._find(source, tree, file, enabled, result) if code else []
        if config is not None and not config.is_code:
            found += self._find_in_config(source, config, file, enabled, result)
        known = Known(self.registry.by_code, enabled.__contains__, self._complete and not ignored)
        found = suppressions.filter(found, known)
        found += suppressions.check(known, require_reason=self.settings.require_reason)
        if source.cells:
            found = [in_cells(item, source) for item in found]
        result.diagnostics = self._reported(found, enabled)
        return result

    def problem(self, problem: Problem, path: str) -> list[Diagnostic]:
        """What is reported of a file that cannot be read, decoded or parsed."""
        return self._reported([syntax_error(problem, path)], self._codes)

    def _find(
        self,
        source: SourceFile,
        tree: ast.Module | None,
        file: str | None,
        enabled: Collection[str],
        result: Result,
    ) -> list[Diagnostic]:
        """All diagnostics of a file, in no order, whatever their severity and confidence."""
        active: Sought = {
            rule: names
            for rule, names in self._triggers.rules(source, lambda: self._purpose(source, file)).items()
            if rule.code in enabled and (source.cells or not rule.only_in_notebooks)
        }
        active = self._that_may_speak(active, source, file)
        broken = [syntax_error(problem, source.path) for problem in source.problems]
        result.skipped = not active
        result.unparsed = not active and len(source.text) > ALWAYS_PARSED
        if result.unparsed:
            return broken
        parsed = parse(source) if tree is None else tree
        if isinstance(parsed, Problem):
            return [*broken, syntax_error(parsed, source.path)]
        return [*broken, *(self._run(source, parsed, file, active, result) if active else ())]

    def _find_in_config(
        self, source: SourceFile, config: Format, file: str | None, enabled: Collection[str], result: Result
    ) -> list[Diagnostic]:
        """All diagnostics of a file around the code."""
        project = self._surroundings.of(file) if file is not None else None
        looked_at = ConfigFile.of(file or source.path, project.root if project else "", config, source.text)
        targets = self._surroundings.targets(project, self.targets) if project else self.targets
        context = FileContext(source.path, targets, self._devices(project, source.text), project, self._entry_points)
        for rule in self.rules:
            if rule.code in enabled and rule.check_config is not Rule.check_config:
                try:
                    rule(cast("Context", context)).check_config(looked_at)  # of which it has what `check_config` needs
                except Exception as error:
                    where = f"{source.path}: internal error in {rule.code} ({rule.name})"
                    result.errors.append(f"{where}: {type(error).__name__}: {error}")
        return context.diagnostics

    def _entry_points(self, root: str, chosen: Callable[[str, str], bool] | None = None) -> Iterable[EntryPoint]:
        return self._made_runner().entry_points(root, chosen)

    def _that_may_speak(self, active: Sought, source: SourceFile, file: str | None) -> Sought:
        """Of the rules that can fire, those whose diagnostics can be reported, as far as text and name tell."""
        text = source.text
        leads = starts_others(text) or self._may_be_command(file) or (file is not None and may_work(text, file))
        if leads and self._may_start(source, file):
            # A command may do nothing itself but call other files, so that no word tells what it leads to.
            active = {**active, **{rule: None for rule in self.rules if rule.of_entry_points}}
        elif any(rule.of_entry_points for rule in active) and not self._may_start(source, file):
            active = {rule: names for rule, names in active.items() if not rule.of_entry_points}
        least = self.settings.min_severity
        if least <= Severity.INFO or self.settings.severity or _may_suppress(text):
            return active
        return {rule: names for rule, names in active.items() if rule.greatest_severity(text) >= least}

    def _may_be_command(self, file: str | None) -> bool:
        """Whether the metadata of a file's project names something like it where it names scripts."""
        if file is None:
            return False
        if self._is_chosen(file):
            return True
        folder, name = os.path.split(file)
        if name == "__main__.py":
            return True
        stem = os.path.basename(folder) if name == "__init__.py" else name.removesuffix(".py")
        return stem in self._surroundings.of(file).script_words

    def _is_chosen(self, file: str) -> bool:
        """Whether the settings name a file, or a function of one called like it, as one at which programs start."""
        helpers = self.registry.helpers
        if helpers is None or not helpers.entry_points:
            return False
        stem = os.path.basename(file).removesuffix(".py")
        named = any(module.rpartition(".")[2] == stem for module, _ in helpers.functions)
        return named or os.path.realpath(file) in helpers.files

    def _may_start(self, source: SourceFile, file: str | None) -> bool:
        """Whether a program can start in a file, by its text or since its project names a function as a command."""
        if file is not None and self._is_chosen(file):
            return True
        if is_test(source.path):
            return False
        if may_start(source.text, source.path):
            return True
        root = None if file is None else self._surroundings.of(file).root
        return file is not None and root is not None and self._made_runner().has_commands(file, root)

    def _run(
        self, source: SourceFile, tree: ast.Module, file: str | None, active: Sought, result: Result
    ) -> list[Diagnostic]:
        files = None if file is None else self._surroundings.of(file)
        runner = self._made_runner()
        found = runner.run(source, tree, active, self._purpose(source, file), files, result.errors)
        result.notes += runner.new_notes()
        return found

    def _purpose(self, source: SourceFile, file: str | None) -> Purpose:
        """What a file is checked for."""
        least = Confidence.LOW if _may_suppress(source.text) else self.settings.min_confidence
        if file is None:
            return Purpose(self.targets, self._devices(None, source.text), least)
        files = self._surroundings.of(file)
        targets = self._surroundings.targets(files, self.targets)
        return Purpose(targets, self._devices(files, source.text), least)

    def _devices(self, files: ProjectFiles | None, text: str) -> frozenset[str]:
        return self.settings.devices_for(cpu_only=files is not None and files.is_for_cpu(text))

    def _made_runner(self) -> Runner:
        """What runs the rules, made when it is needed first."""
        if self._runner is None:
            from detlint.runner import Runner

            self._runner = Runner(self.rules, self.registry, self._surroundings)
        return self._runner

    def _reported(self, found: Iterable[Diagnostic], enabled: Collection[str]) -> list[Diagnostic]:
        """What settings let through of the diagnostics found, once each, in order."""
        shown = (self._as_settings_have_it(item) for item in found if item.code in enabled)
        unique = {
            (item.code, item.location, item.message): item
            for item in shown
            if item.severity >= self.settings.min_severity and item.confidence >= self.settings.min_confidence
        }
        return sorted(unique.values(), key=lambda item: item.sort_key)

    def _as_settings_have_it(self, item: Diagnostic) -> Diagnostic:
        """A diagnostic with the severity, and the safety of its fix, that settings give it."""
        severity = self.settings.severity_of(item.code, item.severity)
        fix = item.fix
        if fix is not None:
            applicability = self.settings.applicability_of(item.code, fix.applicability)
            other = fix.instead and replace(fix.instead, applicability=applicability)
            fix = replace(fix, applicability=applicability, instead=other)
        return item if severity == item.severity and fix == item.fix else replace(item, severity=severity, fix=fix)


def _may_suppress(text: str) -> bool:
    """Whether a text may have comments that name a diagnostic: they are in use also where that is hidden."""
    return "DET" in text or "detlint" in text


def _with_helpers(registry: Registry, settings: Settings) -> Registry:
    """The registry for a project whose settings name functions or entry points of its own."""
    named = (
        settings.seed_functions,
        settings.deterministic_functions,
        settings.tensor_functions,
        settings.entry_points,
    )
    if not any(named):
        return registry
    from detlint.project.helpers import Helpers

    return registry.with_helpers(Helpers.named(*named, root=settings.root))


def in_cells(item: Diagnostic, notebook: SourceFile) -> Diagnostic:
    """A diagnostic found in a notebook's joined text, with the places that its user knows, also in its words."""

    def placed(text: str) -> str:
        return with_cells(text, item.path, notebook)

    related = tuple(
        replace(each, location=notebook.origin(each.location), message=placed(each.message))
        if each.path == item.path
        else each
        for each in item.related
    )
    return replace(
        item,
        location=notebook.origin(item.location),
        message=placed(item.message),
        repair=placed(item.repair),
        related=related,
        fix=item.fix and _fix_in_cells(item.fix, notebook),
    )


def _fix_in_cells(fix: Fix, notebook: SourceFile) -> Fix | None:
    """A fix with its places in cells; None where what would be replaced is not what stands in the cell."""
    edits = []
    for edit in fix.edits:
        place = edit.location if edit.path else notebook.exact_origin(edit.location)
        if place is None:
            return None
        edits.append(replace(edit, location=place))
    return replace(fix, edits=tuple(edits), instead=fix.instead and _fix_in_cells(fix.instead, notebook))


def with_cells(text: str, path: str, notebook: SourceFile) -> str:
    """A text that names lines of a notebook's joined text (`path:12`), with cells and lines instead."""
    named = re.compile(rf"({re.escape(path)}):(\d+)")
    return named.sub(lambda match: f"{match[1]}:{_place(notebook, int(match[2]))}", text)


def _place(notebook: SourceFile, line: int) -> str:
    """A line of a notebook's joined text as reports name it."""
    place = notebook.origin(Location(line, 1, line, 1))
    return str(place.line) if place.cell is None else f"cell {place.cell}:{place.line}"


def syntax_error(problem: Problem, path: str) -> Diagnostic:
    """What is reported of a problem with a file."""
    return Diagnostic(
        code="DET001",
        name="syntax-error",
        message=problem.message,
        repair=problem.repair,
        severity=Severity.ERROR,
        confidence=Confidence.HIGH,
        path=path,
        location=problem.location,
    )
