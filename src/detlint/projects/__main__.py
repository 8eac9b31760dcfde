"""`python -m detlint.projects` writes the manifests of all template versions anew, after a change of their files."""

from __future__ import annotations

from detlint.projects.manifest import of_template, to_json
from detlint.projects.templates import manifest_file, names, template, versions

if __name__ == "__main__":
    for name in names():
        for version in versions(name):
            manifest_file(name, version).write_text(
                to_json(of_template(template(name, str(version)))), encoding="utf-8", newline="\n"
            )
