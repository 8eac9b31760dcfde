"""The pack `structure`: whether a project made from a template still has what the template requires.

`detlint lint` asks these rules; `check`, which looks at single files, does not.
"""

from __future__ import annotations

from detlint.plugins import Pack, hookimpl


@hookimpl
def detlint_pack() -> Pack:
    """Give the pack."""
    from detlint.rules.structure.forbidden_file import ForbiddenFile
    from detlint.rules.structure.inconsistent_version import InconsistentVersion
    from detlint.rules.structure.invalid_changelog import InvalidChangelog
    from detlint.rules.structure.invalid_dockerfile import InvalidDockerfile
    from detlint.rules.structure.invalid_manifest import InvalidManifest
    from detlint.rules.structure.leftover_todo import LeftoverTodo
    from detlint.rules.structure.missing_file import MissingFile
    from detlint.rules.structure.missing_recommended_file import MissingRecommendedFile
    from detlint.rules.structure.missing_setting import MissingSetting
    from detlint.rules.structure.modified_template_file import ModifiedTemplateFile
    from detlint.rules.structure.outdated_template import OutdatedTemplate
    from detlint.rules.structure.unrendered_placeholder import UnrenderedPlaceholder

    return Pack(
        name="structure",
        prefix="DET",
        rules=(
            MissingFile,
            MissingRecommendedFile,
            ForbiddenFile,
            ModifiedTemplateFile,
            MissingSetting,
            LeftoverTodo,
            UnrenderedPlaceholder,
            InconsistentVersion,
            InvalidChangelog,
            InvalidDockerfile,
            OutdatedTemplate,
            InvalidManifest,
        ),
    )
