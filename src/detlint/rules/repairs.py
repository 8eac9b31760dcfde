r"""Making fixes: what a rule says to change, as edits of the text that its user wrote.

    repair = Repair(self.context)
    repair.wrap(node, "sorted(", ")")
    self.report(node, message, advice, fix=repair.safe("Sort the listing"))

Given nodes of the visited segment (LibCST) or of `ast`; gives a `Fix`, or None where a step could not be made so that
everything else stays as it is: a comment would be lost, a statement shares its line, a name means something else. Then
the finding is reported without a fix. Each step says what it does; all steps of one repair are applied together.
"""

from __future__ import annotations

import ast
import re
import textwrap
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from detlint.diagnostics import Applicability, Edit, Fix, Location
from detlint.rules.repair_names import IMPORT, Names, sort_key

# Rules name these helpers when they are loaded: LibCST comes with the first segment.
if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from detlint.context import AnyNode, Context

    Code = str | cst.CSTNode

_INSIDE_STRING = tuple(kind for name in ("JoinedStr", "TemplateStr") if (kind := getattr(ast, name, None)))
_LINE_END = re.compile(r"\r\n|\n|\r|\Z")


class Repair:
    """Steps towards one fix. A step that cannot be made gives the whole repair up: then there is no fix."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.index = context.index
        self.source = context.source
        self._imports: list[Edit] = []
        self._constants: list[Edit] = []
        self._definitions: list[Edit] = []
        self._edits: list[Edit] = []
        self._possible = True

    # ------------------------------------------------------------------------------------------------- the result
    def safe(self, message: str) -> Fix | None:
        """The fix, if it does what was plainly meant and changes nothing that a person would weigh."""
        return self._fix(Applicability.SAFE, message)

    def unsafe(self, message: str) -> Fix | None:
        """The fix, if it can change results or speed: applied with `--unsafe-fixes` only."""
        return self._fix(Applicability.UNSAFE, message)

    def fix(self, message: str, *, safe: bool) -> Fix | None:
        """The fix, safe or not as was found out."""
        return self.safe(message) if safe else self.unsafe(message)

    def give_up(self) -> None:
        """Say that there is no repair after all."""
        self._possible = False

    @property
    def defines_constants(self) -> bool:
        """Whether a constant is added after the imports."""
        return bool(self._constants)

    @property
    def is_possible(self) -> bool:
        """Whether all steps so far could be made."""
        return self._possible

    def _fix(self, applicability: Applicability, message: str) -> Fix | None:
        if not self._possible or not self._edits:
            return None
        # In this order where several are for one place.
        return Fix(applicability, message, (*self._imports, *self._constants, *self._definitions, *self._edits))

    # ------------------------------------------------------------------------------------------------ expressions
    def code(self, node: AnyNode) -> str:
        """The text of a node, as its user wrote it."""
        return self._text(*self._span(node))

    def replace(self, node: AnyNode, code: Code) -> None:
        """Put code in the place of an expression, argument or target. Not where a comment stands inside it."""
        start, end = self._span(node)
        self._check_comments(start, end)
        self._edit(start, end, _text(code))

    def wrap(self, node: AnyNode, before: str, after: str) -> None:
        """Put text around an expression: `sorted(` and `)`. What it holds, comments too, stays."""
        start, end = self._span(node)
        target = self.context.ast(node)
        if isinstance(target, ast.GeneratorExp) and self._shares_parentheses(target):
            self.give_up()
        if isinstance(target, ast.Tuple) and self._text(start, end)[:1] != "(":
            before, after = before + "(", ")" + after
        self._edit(start, start, before)
        self._edit(end, end, after)

    def rebracket(self, node: AnyNode, opening: str, closing: str) -> None:
        """Give a display other brackets; what it holds, comments too, stays."""
        start, end = self._span(node)
        self._edit(start, start + 1, opening)
        self._edit(end - 1, end, closing)

    def rename(self, node: AnyNode, name: str) -> None:
        """Give a name, or the last name of an attribute chain, another spelling."""
        target = self.context.ast(node)
        start, end = self._span(node)
        old = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", None)
        if old is None or not self._text(start, end).endswith(old):
            self.give_up()
            return
        self._edit(end - len(old), end, name)

    # ------------------------------------------------------------------------------------------ arguments, entries
    def set_argument(self, call: AnyNode, name: str, value: Code) -> None:
        """Give a keyword argument of a call another value, or add it."""
        node = self._call(call)
        known = next((keyword for keyword in node.keywords if keyword.arg == name), None) if node else None
        if known is not None:
            self.replace(known.value, value)
        else:
            self.add_argument(call, f"{name}={_text(value)}")

    def add_argument(self, call: AnyNode, *arguments: str) -> None:
        """Add arguments, as `seed=SEED`, after the last one, on lines of their own where that one has its own."""
        node = self._call(call)
        if node is None:
            return
        if any(isinstance(each, ast.GeneratorExp) and self._shares_parentheses(each) for each in node.args):
            self.give_up()
            return
        self._add_items(self._arguments(node), *self._span(node), arguments)

    def remove_argument(self, call: AnyNode, argument: AnyNode) -> None:
        """Take an argument (of `ast` or LibCST, or its value) out of a call. Not where a comment would go with it."""
        node = self._call(call)
        if node is None:
            return
        wanted = self.context.ast(argument)
        each = next((each for each in node.keywords if wanted in (each, each.value)), wanted)
        items = self._arguments(node)
        opening = re.compile(r"[\s)\\]*\(").match(self.source.text, self._span(node.func)[1])
        if opening is None or self._span(each) not in items:
            self.give_up()
            return
        self._remove_item(items, items.index(self._span(each)), opening.end(), self._span(node)[1] - 1)

    def add_entry(self, dictionary: AnyNode, *entries: str) -> None:
        """Add entries, as `"seed": SEED`, to a dict display, after the last one."""
        node = self.context.ast(dictionary)
        if isinstance(node, ast.Dict):
            self._add_items(self._entries(node), *self._span(node), entries)
        else:
            self.give_up()

    def remove_entry(self, dictionary: AnyNode, key: AnyNode) -> None:
        """Take an entry, given by its key, out of a dict display."""
        node, wanted = self.context.ast(dictionary), self.context.ast(key)
        if not isinstance(node, ast.Dict) or wanted not in node.keys:
            self.give_up()
            return
        start, end = self._span(node)
        self._remove_item(self._entries(node), node.keys.index(wanted), start + 1, end - 1)

    def _arguments(self, call: ast.Call) -> list[tuple[int, int]]:
        """The spans of a call's arguments, in the order of the text."""
        return sorted(map(self._span, [*call.args, *call.keywords]))

    def _entries(self, node: ast.Dict) -> list[tuple[int, int]]:
        pairs = zip(node.keys, node.values, strict=True)
        return [(self._span(key or value)[0], self._span(value)[1]) for key, value in pairs]

    def _add_items(self, items: list[tuple[int, int]], start: int, end: int, added: Sequence[str]) -> None:
        """Add items before the closing bracket, which is the last character of the span."""
        closing = end - 1
        code = ", ".join(added)
        if not items:
            self._edit(closing, closing, code)
            return
        last, last_end = items[-1]
        code_end, comma_end = self._item_end(last_end, closing)
        line_start = self._line_start(last)
        indent = self._text(line_start, last)
        has_comma = comma_end > code_end
        if indent.strip() or self._line_start(start) == line_start:
            self._edit(comma_end, comma_end, f" {code}" if has_comma else f", {code}")
            return
        if not has_comma:
            self._edit(code_end, code_end, ",")
        is_closed_below = self._line_start(closing) != self._line_start(comma_end)
        place = self._line_end(comma_end) if is_closed_below else comma_end
        code = f",\n{indent}".join(added)
        self._edit(place, place, f"\n{indent}{code}{',' if has_comma else ''}")

    def _remove_item(self, items: list[tuple[int, int]], place: int, opening: int, closing: int) -> None:
        """Remove an item: up to the next one, or the last one with the comma before it, or all between the brackets."""
        start, end = items[place]
        if len(items) == 1:
            start, end = opening, closing
        elif place + 1 < len(items):
            start, end = self._item_start(start, opening), self._item_start(items[place + 1][0], end)
        else:
            start, end = self._item_end(items[place - 1][1], start)[0], self._item_end(end, closing)[0]
        self._check_comments(start, end)
        self._edit(start, end, "")

    def _item_end(self, end: int, closing: int) -> tuple[int, int]:
        """Where an item ends with the parentheses around it, and where its comma ends, if it has one."""
        code_end = end
        for token in re.finditer(r"#[^\r\n]*|[,)]", self._text(end, closing)):
            if token.group() == ",":
                return code_end, end + token.end()
            if token.group() == ")":
                code_end = end + token.end()
        return code_end, code_end

    def _item_start(self, start: int, low: int) -> int:
        """Where an item begins with the stars and parentheses around it."""
        match = re.search(r"[(\s*]*\Z", self._text(low, start))
        gap = match.group().lstrip() if match else ""
        return start - len(gap)

    # ------------------------------------------------------------------------------------------------- statements
    def insert_before(self, node: AnyNode, code: str, *, gap: bool = False) -> None:
        """Insert statements before the one that holds a node, at its indentation. Decorators belong to a definition.

        gap: with an empty line between.
        """
        statement = self.index.statement(self.context.ast(node))
        indent = self._indentation(statement)
        start = self.source.offset(self._comment_above(statement), 1)
        if indent is not None:
            self._edit(start, start, textwrap.indent(_block(code), indent) + "\n" * gap)

    def insert_after(self, node: AnyNode, code: str, *, gap: int = 0, below: bool = False) -> None:
        """Insert statements after the one that holds a node, at its indentation.

        gap: the empty lines between. below: see that an empty line follows.
        """
        statement = self.index.statement(self.context.ast(node))
        indent = self._indentation(statement)
        end = self._line_end(self._span(statement)[1])
        if indent is not None and self._ends_its_line(statement, end):
            lines = textwrap.indent(_block(code), indent).removesuffix("\n")
            self._edit(end, end, "\n" * (gap + 1) + lines + "\n" * (below and self._is_followed(end)))

    def insert_after_imports(self, code: str, at: AnyNode) -> None:
        """Insert statements after the imports at the head of the file; above a node that runs as the file is loaded."""
        self._constants.append(Names(self.context).after_imports(code, self.context.ast(at)))

    def define(self, code: str, at: AnyNode, *, is_last: bool = True) -> None:
        """Define a function or class after the imports and the constants that are added, as PEP 8 has it spaced.

        is_last: whether nothing else is inserted there, so that what follows is what follows now.
        """
        self._definitions.append(Names(self.context).definition(code, self.context.ast(at), is_last=is_last))

    def insert_first(self, function: AnyNode, code: str) -> None:
        """Insert statements at the start of a function's body, after its docstring."""
        node = self.context.ast(function)
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            self.give_up()
        elif not _is_docstring(body[0]):
            self.insert_before(body[0], code)
        elif len(body) > 1:
            self.insert_before(body[1], code)
        else:
            self.insert_after(body[0], code)

    def replace_statement(self, node: AnyNode, code: str) -> None:
        """Put other code, at the same indentation, in the place of a simple statement."""
        statement = self.index.statement(self.context.ast(node))
        start, end = self._span(statement)
        self._check_comments(start, end)
        indent = self._text(self._line_start(start), start)
        lines = textwrap.dedent(code).strip("\n")
        if "\n" in lines and (indent.strip() or not self._ends_its_line(statement, self._line_end(end))):
            self.give_up()
            return
        self._edit(start, end, lines.replace("\n", "\n" + indent))

    def remove_statement(self, node: AnyNode) -> None:
        """Take a simple statement away with its lines; where it is alone in its block, `pass` takes its place."""
        statement = self.index.statement(self.context.ast(node))
        start, end = self._span(statement)
        line_start, line_end = self._line_start(start), self._line_end(end)
        self._check_comments(line_start, line_end)
        if self._is_alone(statement):
            self._edit(start, end, "pass")
            return
        if self._text(line_start, start).strip() or self._text(end, line_end).strip():
            self.give_up()
            return
        following = self.source.offset(self.source.between(line_end, line_end).line + 1, 1)
        if following > line_end:
            self._edit(line_start, following, "")
        else:
            self._edit(max(line_start - 1, 0), line_end, "")

    def forget(self, node: AnyNode) -> None:
        """Take away the imports that nothing but an expression needs, which is replaced by other steps."""
        if self.source.path.endswith("__init__.py"):
            return  # where a name is imported to be imported
        for name in [each for each in ast.walk(self.context.ast(node)) if isinstance(each, ast.Name)]:
            found = self.index.module_bindings.get(name.id, [])
            statement = self.index.parent(found[0].node) if len(found) == 1 else None
            is_import = isinstance(statement, (ast.Import, ast.ImportFrom)) and self.index.parent(statement) is not None
            if (
                not is_import
                or len(self.index.loads(name.id)) != 1
                or re.search(rf"['\"]{name.id}['\"]", self.source.text)
            ):
                continue
            assert isinstance(statement, (ast.Import, ast.ImportFrom))
            if len(statement.names) == 1:
                self.remove_statement(statement)
                continue
            spans = [self._span(alias) for alias in statement.names]
            place = next(i for i, alias in enumerate(statement.names) if alias is found[0].node)
            self._remove_item(spans, place, spans[0][0], self._span(statement)[1])

    # ------------------------------------------------------------------------------------------ names and constants
    def name(self, qualified: str, at: AnyNode, *, module: str = "", others: Sequence[str] = ()) -> str:
        """How a library's name is written at a node: `np.random.seed` for `numpy.random.seed`.

        Bound aliases are used; where nothing leads to the name, an import is added. `module`: what is to be imported,
        by default the name's first part; of a deeper one (`lightning.pytorch`) the name itself is imported. others:
        names of the same thing, taken where imports lead to one of them and not to the first.
        """
        names, node = Names(self.context), self.context.ast(at)
        wanted = next((each for each in (qualified, *others) if names.known(each, node)), qualified)
        found = names.library(wanted, node, module)
        beside, last = names.import_from(wanted, node), wanted.rpartition(".")[2]
        if found is None and beside is not None and names.is_free(last, node):
            self.import_also(beside, last)  # `from random import random` takes the name of the module
            return last
        return self._named(found, self._imports)

    def import_also(self, statement: ast.ImportFrom, name: str) -> None:
        """Import one more name from a module of which names are imported already."""
        if statement.names[0].name != "*":
            end = self._span(statement.names[-1])[1]
            # Before all that goes below the statement.
            self._imports.insert(0, Edit(self.source.between(end, end), f", {name}"))

    def import_own(self, module: str, name: str, at: AnyNode, *, apart: bool) -> None:
        """Import a name from a module of the project, below the imports that are there, in a section apart or not."""
        self._imports.append(Names(self.context).own_import(module, name, self.context.ast(at), apart=apart))

    def constant(self, name: str, value: str, at: AnyNode) -> str:
        """Define a constant after the imports of the file; gives its name, which is another one where that is taken."""
        return self._named(Names(self.context).constant(name, value, self.context.ast(at)), self._constants)

    def seed(self, at: AnyNode) -> str:
        """An expression for a seed at a node: a variable, parameter or option that is one, else a new constant.

        Where the file writes seeds out, and always the same, it is that number.
        """
        names = Names(self.context)
        return names.seed(self.context.ast(at)) or names.number() or self.constant("SEED", "42", at)

    def _named(self, found: tuple[str, list[Edit]] | None, edits: list[Edit]) -> str:
        if found is None:
            self.give_up()
            return ""
        written, needed = found
        for edit in needed:
            if not any(edit.shared == known.shared for known in edits):
                _add_beside(edits, edit)
        return written

    def builtin(self, name: str, at: AnyNode) -> str:
        """The name of a built-in function, as `sorted`; no repair where it means something else at a node."""
        if any(name in scope for scope in self.index.visible(self.context.ast(at))):
            self.give_up()
        return name

    def add_edit(self, place: Location, content: str) -> None:
        """Add an edit at a place that the rule has found itself."""
        self._edits.append(Edit(place, content))

    # ------------------------------------------------------------------------------------------------------ places
    def _edit(self, start: int, end: int, content: str) -> None:
        self._edits.append(Edit(self.source.between(start, end), content))

    def _text(self, start: int, end: int) -> str:
        return self.source.text[start:end]

    def _span(self, node: AnyNode) -> tuple[int, int]:
        """The offsets of a node.

        What stands in an f-string cannot be edited, since its places are not known everywhere, nor what stands for
        something in another file.
        """
        target = self.context.ast(node)
        if not hasattr(target, "lineno") or self.index.parent(target) is None or self._is_in_string(target):
            self.give_up()
            return 0, 0
        place = self.source.location(target)  # type: ignore[arg-type]
        return self.source.offset(place.line, place.column), self.source.offset(place.end_line, place.end_column)

    def _is_in_string(self, node: ast.AST) -> bool:
        for ancestor in self.index.ancestors(node):
            if isinstance(ancestor, _INSIDE_STRING):
                return True
            if isinstance(ancestor, ast.stmt):
                return False
        return False

    def _call(self, call: AnyNode) -> ast.Call | None:
        node = self.context.ast(call)
        if isinstance(node, ast.Call) and self.source.text[: self._span(node)[1]].endswith(")"):
            return node
        self.give_up()
        return None

    def _shares_parentheses(self, node: ast.GeneratorExp) -> bool:
        """Whether a generator is the only argument of a call, with the call's own parentheses for its own."""
        parent = self.index.parent(node)
        return isinstance(parent, ast.Call) and node in parent.args and self._span(node)[1] == self._span(parent)[1]

    def _check_comments(self, start: int, end: int) -> None:
        if has_comment(self._text(start, end)):
            self.give_up()

    # ------------------------------------------------------------------------------------------------------- lines
    def _line_start(self, offset: int) -> int:
        return self.source.line_starts[self.source.between(offset, offset).line - 1]

    def _line_end(self, offset: int) -> int:
        match = _LINE_END.search(self.source.text, offset)
        return match.start() if match else len(self.source.text)

    def _indentation(self, statement: ast.stmt) -> str | None:
        """The whitespace before a statement that begins its line; None, and no repair, for one that does not."""
        first = _first_line(statement)
        line = self.source.line(first)
        indent = line[: len(line) - len(line.lstrip())]
        begins = first < statement.lineno or len(indent) == self.source.column(first, statement.col_offset) - 1
        if not begins or self._continues(first):
            self.give_up()
            return None
        return indent.replace("\f", "")

    def _comment_above(self, statement: ast.stmt) -> int:
        """The line on which the comment about a statement begins, or the statement; the head of a file is about it."""
        line = first = _first_line(statement)
        column = self.source.line(first)[: len(self.source.line(first)) - len(self.source.line(first).lstrip())]
        starts = {cell.first for cell in self.source.cells}
        while line not in starts and self.source.line(line - 1).startswith(f"{column}#"):
            line -= 1
        return first if line == 1 and not starts else line

    def _continues(self, line: int) -> bool:
        """Whether a line goes on from the one before, after a backslash."""
        return line > 1 and self.source.line(line - 1).endswith("\\")

    def _is_followed(self, line_end: int) -> bool:
        """Whether something stands on the next line, in the same cell."""
        following = self.source.between(line_end, line_end).line + 1
        return bool(self.source.line(following).strip()) and following not in {cell.first for cell in self.source.cells}

    def _ends_its_line(self, statement: ast.stmt, line_end: int) -> bool:
        """Whether nothing but a comment follows a statement on its last line."""
        rest = self._text(self._span(statement)[1], line_end).strip()
        if rest and not rest.startswith("#"):
            self.give_up()
            return False
        return True

    def _is_alone(self, statement: ast.stmt) -> bool:
        parent = self.index.parent(statement)
        blocks = (getattr(parent, name, None) for name in ("body", "orelse", "finalbody"))
        return not isinstance(parent, ast.Module) and any(block == [statement] for block in blocks)


def call_at(context: Context, place: Location) -> ast.Call | None:
    """The call of a place that a summary gave: that of its callee, or of the callee's last part."""
    for call in context.index.calls:
        whole = context.location(call.func)
        if (whole.end_line, whole.end_column) == (place.end_line, place.end_column):
            return call
    return None


def as_one(fix: Fix | None) -> Fix | None:
    """A fix that several findings have, so that whichever is applied repairs them all."""
    return fix and replace(fix, edits=tuple(_shared(edit) for edit in fix.edits))


def _shared(edit: Edit) -> Edit:
    return edit if edit.shared else replace(edit, shared=f"{edit.location.line}:{edit.location.column} {edit.content}")


def has_comment(text: str) -> bool:
    """Whether a piece of code holds a comment; a `#` in a string is none."""
    if "#" not in text:
        return False
    import io
    import tokenize

    tokens = tokenize.generate_tokens(partial(next, io.StringIO(f"({text}\n)"), ""))
    try:
        return any(token.type == tokenize.COMMENT for token in tokens)
    except (tokenize.TokenError, SyntaxError):
        return True


def _text(code: Code) -> str:
    if isinstance(code, str):
        return code
    from libcst import Module

    return Module([]).code_for_node(code)


def _add_beside(edits: list[Edit], new: Edit) -> None:
    """Add an import or a constant; imports for one place stand in order, with an empty line between sections only."""
    here = [known for known in edits if known.location == new.location and IMPORT.match(known.shared)]
    if not here or IMPORT.match(new.shared) is None:
        edits.append(new)
        return
    first = edits.index(here[0])
    together = sorted([*here, new], key=lambda edit: sort_key(edit.shared))
    for known in here:
        edits.remove(known)
    edits[first:first] = _spaced(together)


def _spaced(imports: list[Edit]) -> list[Edit]:
    """Imports for one place, above or below what is there, as one block."""
    first, last = imports[0].content, imports[-1].content
    contents = [edit.shared for edit in imports]
    contents[0] = first[: len(first) - len(first.lstrip("\n"))] + contents[0]
    contents[-1] += last[len(last.rstrip("\n")) :]
    for place, (edit, following) in enumerate(pairwise(imports)):
        contents[place] += "\n" if sort_key(edit.shared)[0] == sort_key(following.shared)[0] else "\n\n"
    return [replace(edit, content=content) for edit, content in zip(imports, contents, strict=True)]


def _block(code: str) -> str:
    """Lines of code without common indentation, with one line end at the end."""
    return textwrap.dedent(code).strip("\n") + "\n"


def _first_line(statement: ast.stmt) -> int:
    """The line on which a statement begins, with its decorators."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
