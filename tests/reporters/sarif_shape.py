"""What SARIF 2.1.0 and GitHub's code scanning demand of the parts that detlint writes, as a strict JSON schema.

Written from the standard's text: every object lists all that it may hold, so that a misspelt key fails.
"""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string", "minLength": 1}
_POSITIVE = {"type": "integer", "minimum": 1}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_BAG = {"type": "object"}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    properties = {**required, **(optional or {}), "properties": _BAG}
    return {"type": "object", "required": [*required], "properties": properties, "additionalProperties": False}


def _list(item: dict[str, Any], least: int = 1) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": least}


_MESSAGE = _object({"text": _TEXT})
_HELP = _object({"text": _TEXT}, {"markdown": _TEXT})
_ARTIFACT = _object(
    {"uri": {"type": "string", "pattern": r"^(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+$"}}, {"uriBaseId": _TEXT}
)
_REGION = _object({"startLine": _POSITIVE}, {"startColumn": _POSITIVE, "endLine": _POSITIVE, "endColumn": _POSITIVE})
_PHYSICAL = _object({"artifactLocation": _ARTIFACT, "region": _REGION})
_LOCATION = _object({"physicalLocation": _PHYSICAL}, {"id": {"type": "integer", "minimum": 0}, "message": _MESSAGE})
_STEP = _object({"location": _LOCATION})
_FLOW = _object({"threadFlows": _list(_object({"locations": _list(_STEP)}))})
_REPLACEMENT = _object({"deletedRegion": _REGION}, {"insertedContent": _object({"text": {"type": "string"}})})
_CHANGE = _object({"artifactLocation": _ARTIFACT, "replacements": _list(_REPLACEMENT)})
_RULE = _object(
    {"id": _TEXT, "shortDescription": _MESSAGE},
    {
        "name": _TEXT,
        "helpUri": {"type": "string", "pattern": "^https://"},
        "fullDescription": _MESSAGE,
        "help": _HELP,
        "defaultConfiguration": _object({"level": _LEVEL}),
    },
)
_RESULT = _object(
    {
        "ruleId": _TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": _LEVEL,
        "message": _MESSAGE,
        "locations": _list(_LOCATION),
        "partialFingerprints": {
            "type": "object",
            "required": ["primaryLocationLineHash"],
            "additionalProperties": {"type": "string", "minLength": 16},
        },
    },
    {
        "relatedLocations": _list(_LOCATION),
        "codeFlows": _list(_FLOW),
        "fixes": _list(_object({"artifactChanges": _list(_CHANGE)}, {"description": _MESSAGE})),
    },
)
_DRIVER = _object({"name": _TEXT, "version": _TEXT, "informationUri": _TEXT, "rules": _list(_RULE, 0)})
_NOTIFICATION = _object({"message": _MESSAGE}, {"level": _LEVEL})
_INVOCATION = _object(
    {"executionSuccessful": {"type": "boolean"}}, {"toolExecutionNotifications": _list(_NOTIFICATION)}
)
_RUN = _object(
    {
        "tool": _object({"driver": _DRIVER}),
        "columnKind": {"const": "unicodeCodePoints"},
        "invocations": _list(_INVOCATION),
        "results": _list(_RESULT, 0),
    }
)
DOCUMENT: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    **_object({"version": {"const": "2.1.0"}, "runs": _list(_RUN)}, {"$schema": _TEXT}),
}
