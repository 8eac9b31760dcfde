"""Settings: what they are, where they are found, and where each value came from.

Given folders and the options of a command, gives `Settings` for a file. Wrong settings raise `SettingsError`, whose
text names file, key and remedy. Must not know of rules, or of how anything is reported.
"""

from __future__ import annotations

from detlint.settings.errors import SettingsError
from detlint.settings.kinds import parse_size, parse_targets
from detlint.settings.model import Origin, Settings
from detlint.settings.resolve import Resolver, options_from

__all__ = ["Origin", "Resolver", "Settings", "SettingsError", "options_from", "parse_size", "parse_targets"]
