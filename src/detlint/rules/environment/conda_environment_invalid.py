"""DET514: an environment file that conda cannot use, or that leaves out what it should say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detlint.diagnostics import Location, Severity
from detlint.environment.yaml_nodes import Node, documents
from detlint.rules.base import Example, Rule

if TYPE_CHECKING:
    from detlint.environment.project import ConfigFile

_START = Location(1, 1, 1, 1)
_KEYS = frozenset({"dependencies", "channels", "prefix"})
_MEANT = re.compile(r"^(?:dependencies|channels)[ \t]*:", re.MULTILINE)
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<%")


class CondaEnvironmentInvalid(Rule):
    """Only what is meant as an environment file is looked at: its name alone does not say so."""

    code = "DET514"
    name = "conda-environment-invalid"
    summary = "a conda environment file that is not valid, or has no dependencies, name or channels"
    why = """
An environment file that conda cannot read, or without `dependencies`, pins nothing: what is installed is what somebody
chose by hand. Without `channels` the packages come from whatever channels the machine is configured with, without
`name` each command has to say which environment is meant.

An invalid file and missing `dependencies` are errors, the other two warnings. `channels` are not asked for where each
package names its own (`conda-forge::numpy=1.26`). Templates are not looked at, nor YAML files of other programs that
have such a name.
"""
    severity = Severity.ERROR
    milder = (Severity.WARNING,)
    scope = "file"
    bad = (
        Example("name: thin  # !\nchannels:\n  - defaults\n", filename="environment.yml"),
        Example("dependencies:  # !\n  - numpy=1.26\n", filename="environment.yaml"),
        Example("name: a\nchannels: [defaults\ndependencies:  # !\n  - numpy\n", filename="environment.yml"),
    )
    good = (
        Example("name: a\nchannels: [defaults]\ndependencies:\n  - numpy=1.26\n", filename="environment.yml"),
        Example("name: a\ndependencies:\n  - conda-forge::numpy=1.26\n", filename="environment.yml"),
        Example("env_id: CartPole-v1\nmax_steps: 100\n", filename="environment.yaml"),
    )
    sources = ("https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html",)

    def check_config(self, file: ConfigFile) -> None:
        """Look at the top of the file."""
        if file.format.name != "conda" or _TEMPLATE.search(file.text):
            return
        found, broken = documents(file.text)
        if broken is not None:
            if _MEANT.search(file.text):
                reason = broken.reason.rstrip(".")
                self.report_at(
                    broken.location, f"This is no valid YAML ({reason}), so conda installs nothing.", "Correct it."
                )
            return
        if found and found[0].kind == "mapping":
            self._check(found[0])

    def _check(self, top: Node) -> None:
        keys = {key.scalar for key, _ in top.entries()}
        if _KEYS.isdisjoint(keys):
            return
        first = top.entries()[0][0].location
        dependencies = top.get("dependencies")
        listed = dependencies.items() if dependencies is not None else []
        if not listed:
            key = top.key("dependencies")
            place = key.location if key is not None else first
            self.report_at(
                place,
                "This environment file lists no dependencies, so what is installed is not written down.",
                "List them with their versions under `dependencies`.",
            )
            return
        missing = [name for name in ("name", "channels") if name not in keys]
        if "prefix" in keys and "name" in missing:
            missing.remove("name")
        if "channels" in missing and all("::" in (item.scalar or "::") or _bare(item) for item in listed):
            missing.remove("channels")
        if missing:
            self.report_at(
                first,
                f"This environment file has no {' and no '.join(f'`{name}`' for name in missing)}: "
                "each machine uses its own configuration there.",
                "Add it.",
                severity=Severity.WARNING,
            )


def _bare(item: Node) -> bool:
    """Whether an entry is Python or pip alone, which all channels have."""
    return re.split(r"[\s=<>!]", item.scalar or "")[0] in ("python", "pip")
