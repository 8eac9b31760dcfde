"""Code without comments and documentation."""

from __future__ import annotations

import ast
import io
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detlint.sources.code import code_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x = 1  # y\nz", "x = 1   \nz"),
        ('"""Says roll."""\nroll', " \nroll"),
        ("'''Says \"\"\" roll.'''\nroll", " \nroll"),
        ('x = r"""\\d"""', "x = r "),
        ('x = f"""{roll}"""', 'x = f"""{roll}"""'),
        ('x = Rf"""{roll}"""', 'x = Rf"""{roll}"""'),
        ('return """roll"""', "return  "),
        ('x = "# no comment"  # one', 'x = "# no comment"   '),
        ("x = 'it\\'s # none'", "x = 'it\\'s # none'"),
        ('x = "half\ny = 1', 'x = "half\ny = 1'),
        ("", ""),
    ],
)
def test_what_is_left(text: str, code: str) -> None:
    assert code_of(text) == code


_LINES = [
    "x = 1",
    '# it\'s "one"',
    '"""a # b"""',
    "'''c \"\"\" d'''",
    "y = '#' + \"'\"",
    'z = "\\\\"',
    'w = "a\\\n#b"',
    "f(a, 'b')",
    "pass",
]


@given(st.lists(st.sampled_from(_LINES)))
def test_all_other_tokens_stay(lines: list[str]) -> None:
    text = "\n".join(lines)
    aside = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE}

    def tokens(code: str) -> list[str]:
        read = tokenize.generate_tokens(io.StringIO(code).readline)
        return [t.string for t in read if t.type not in aside and not t.string.startswith(('"""', "'''"))]

    ast.parse(text)
    assert tokens(code_of(text)) == tokens(text)
