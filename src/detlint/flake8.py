"""detlint as a flake8 plugin: a thin adapter over the same engine and the same settings.

Given what flake8 gives for a file (its tree, its name, its lines); gives the file's diagnostics as flake8 wants them.
flake8 decides about `# noqa`, about selected codes and about files; detlint's own settings files hold as on the command
line, and `--detlint-…` options, from flake8's configuration or its command line, win over them.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from detlint import __version__

if TYPE_CHECKING:
    import argparse
    import ast
    from collections.abc import Iterable, Iterator, Sequence

    from detlint.engine import Checker
    from detlint.registry import Registry
    from detlint.settings import Resolver, Settings

Finding = tuple[int, int, str, type]

_OPTIONS: dict[str, dict[str, Any]] = {
    "targets": {"metavar": "LIST", "comma_separated_list": True, "help": "versions, as torch=2.4,xgboost=1.7"},
    "devices": {"metavar": "LIST", "comma_separated_list": True, "help": "devices of cuda, cpu, mps"},
    "min-confidence": {"metavar": "LEVEL", "help": "low, medium or high"},
    "min-severity": {"metavar": "LEVEL", "help": "info, warning or error"},
    "config": {"metavar": "FILE", "help": "settings file of detlint to use for everything"},
    "isolated": {"action": "store_true", "help": "read no settings files of detlint"},
    "plugins": {"metavar": "LIST", "comma_separated_list": True, "help": "modules of rule packs to load"},
}


@dataclass(slots=True)
class Session:
    """What one run of flake8 asked for, and what is made from it when the first file comes.

    options: settings as detlint's command line would give them. selected: what flake8's own options select.
    """

    options: dict[str, Any] = field(default_factory=dict)
    plugins: tuple[str, ...] = ()
    config: str | None = None
    isolated: bool = False
    selected: tuple[str, ...] = ()
    stdin_name: str = "stdin"
    _resolver: Resolver | None = None
    _checkers: list[tuple[Settings, Checker]] = field(default_factory=list)

    def checker(self, file: str) -> Checker:
        """The checker for a file: files with the same settings share one."""
        from detlint.cli.packs import verify
        from detlint.engine import Checker
        from detlint.registry import registry
        from detlint.settings import Resolver

        if self._resolver is None:
            known = registry(self.plugins)
            self._resolver = Resolver(
                options={**self.options, **self._off_by_default(known)}, config=self.config, isolated=self.isolated
            )
        settings = self._resolver.for_file(file)
        for made_for, checker in self._checkers:
            if made_for is settings:
                return checker
        known = registry(self.plugins, settings.plugins)
        verify(settings, known)
        checker = Checker(settings, known)
        self._checkers.append((settings, checker))
        return checker

    def _off_by_default(self, known: Registry) -> dict[str, Any]:
        """Rules that are off by default report only where flake8 was told their full code."""
        codes = [code for code in self.selected if code in known.by_code and not known.by_code[code].default]
        return {"extend-select": codes} if codes else {}


class Plugin:
    """What flake8 runs for each file."""

    name = "detlint"
    version = __version__
    # flake8 hands options to the class, not to its objects: one value for each run, replaced as a whole
    session: ClassVar[Session] = Session()

    def __init__(self, tree: ast.Module, filename: str, lines: Sequence[str]) -> None:
        self._tree = tree
        self._filename = self.session.stdin_name if filename in ("-", "stdin", "(none)") else filename
        self._lines = lines

    @staticmethod
    def add_options(manager: Any) -> None:
        """Declare the options, for the command line and for configuration files."""
        for name, parameters in _OPTIONS.items():
            manager.add_option(f"--detlint-{name}", default=None, parse_from_config=True, **parameters)

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Take the options of a run. What cannot be right ends the run with a message."""
        given = {name: getattr(options, f"detlint_{name.replace('-', '_')}") for name in _OPTIONS}
        session = Session(
            options={},
            plugins=tuple(given["plugins"] or ()),
            config=given["config"],
            isolated=bool(given["isolated"]),
            selected=tuple(code for name in ("select", "extend_select") for code in getattr(options, name, None) or ()),
            stdin_name=options.stdin_display_name,
        )
        with _problems_end_the_run():
            session.options.update(_settings(given))
            # settings of the working directory are read here, so that mistakes show before workers start
            session.checker(os.path.join(os.curdir, session.stdin_name))
        cls.session = session

    def run(self) -> Iterator[Finding]:
        """The file's diagnostics: line, column from 0, text."""
        from detlint.sources.source import SourceFile

        if not self._lines or self._filename.endswith(".ipynb"):
            return  # flake8 takes a notebook's JSON for Python
        with _problems_end_the_run():
            checker = self.session.checker(self._filename)
        source = SourceFile(self._filename, "".join(self._lines))
        result = checker.check(source, self._tree, file=os.path.abspath(self._filename), honour_noqa=False)
        for error in result.errors:
            print(f"detlint: {error}", file=sys.stderr)
        for found in result.diagnostics:
            yield found.location.line, found.location.column - 1, f"{found.code} {found.text}", type(self)


class _problems_end_the_run:  # noqa: N801 - reads as a statement
    """Mistakes in options and settings end flake8 with their message, not with a traceback."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is None:
            return
        from detlint.cli.errors import UsageError
        from detlint.plugins import PackError
        from detlint.settings import SettingsError

        if isinstance(error, (SettingsError, PackError, UsageError)):
            raise import_module("flake8.exceptions").ExecutionError(f"detlint: {error}") from None


def _settings(given: dict[str, Any]) -> dict[str, Any]:
    """flake8's options as settings of detlint."""
    from detlint.settings import parse_targets

    settings = {name: given[name] for name in ("min-confidence", "min-severity") if given[name]}
    if given["devices"]:
        settings["devices"] = _words(given["devices"])
    if given["targets"]:
        settings["target"] = parse_targets(_words(given["targets"]))
    return settings


def _words(values: Iterable[str]) -> list[str]:
    return [value.strip() for value in values if value.strip()]
