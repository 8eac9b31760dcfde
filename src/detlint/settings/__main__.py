"""`python -m detlint.settings` writes the JSON schema anew, after a change of the model."""

from __future__ import annotations

import json
from pathlib import Path

from detlint.settings.model import schema

if __name__ == "__main__":
    Path(__file__).with_name("schema.json").write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
