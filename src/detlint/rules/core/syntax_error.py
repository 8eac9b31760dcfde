"""DET001."""

from __future__ import annotations

from detlint.diagnostics import Severity
from detlint.rules.base import Example, Rule


class SyntaxProblem(Rule):
    """A file that cannot be read; found when the engine reads and parses it."""

    code = "DET001"
    name = "syntax-error"
    summary = "a file, or a cell of a notebook, that is looked at and cannot be read, decoded or parsed"
    why = """
What cannot be read cannot be checked: a clean report would say nothing about this file. All other files are still
checked. The message tells apart

- files that the system does not let detlint read, or that vanish during the run;
- bytes that are no text in the encoding of the file: UTF-8, unless its coding comment says otherwise;
- Python 2;
- syntax newer than the Python that runs detlint: then detlint must run under a newer one, the code is not at fault;
- nesting that is too deep for Python's own parser;
- a notebook that is no JSON, or has no cells;
- everything else that Python refuses.

In a notebook each cell stands for itself: one that cannot be parsed is one finding, and the others are checked.

**Not every file is parsed.** Files larger than `--max-file-size` (10 MB by default) are left out with a note. A file of
more than 4,000 characters that holds no word that a rule looks for is read, but not parsed: this is what makes code
without machine learning fast to check, and an error of its syntax would hide nothing. `--verbose` says how many these
are; for all syntax errors of a project, ask a linter of style or `python -m compileall`.

To leave out a file that is broken on purpose, exclude it or write `# detlint: skip-file` into it.
"""
    severity = Severity.ERROR
    scope = "file"
    bad = (
        Example("import os\n\nfor name in sorted(os.listdir('data')):\n    print name  # !\n"),
        Example("def train(model,  # !\n"),
    )
    good = (
        Example("import os\n\nfor name in sorted(os.listdir('data')):\n    print(name)\n"),
        Example("# detlint: skip-file\nprint 'this template is filled in later'\n"),
    )
    sources = (
        "https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations",
        "https://peps.python.org/pep-0263/",
    )
