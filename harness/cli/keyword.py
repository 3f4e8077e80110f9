"""The expression after ``-k``: checked before anything begins."""

import ast
import re

from harness.documents.bad_input import BadInput

#: What counts as a name in an expression of pytest's, and what is none.
_NAME = re.compile(r"(?:\w|[:+\-.\[\]\\/])+")
_WORDS = {word: word for word in ("and", "or", "not")}
_LOGIC = (ast.Expression, ast.BoolOp, ast.UnaryOp, ast.boolop, ast.Not, ast.Constant)
_KEYWORDS = (
    "names are parts of the ids of cases, such as 'one-failure and not hang', where an "
    "id is a path below cases/ and the name of a variant"
)


def check_keyword(keyword: str | None) -> None:
    """
    See that pytest can read the expression: a process of its own would only die.

    Raises:
        BadInput: It cannot.
    """
    as_python = _NAME.sub(lambda name: _WORDS.get(name[0], "True"), keyword or "any")
    try:
        parts = list(ast.walk(ast.parse(as_python.strip(), mode="eval")))
    except SyntaxError:
        parts = []
    if not parts or not all(map(_is_logic, parts)):
        problem = "expected names of cases with and, or, not and parentheses"
        raise BadInput(f"-k {keyword!r}: {problem}; {_KEYWORDS}")


def nothing_matches(keyword: str | None) -> BadInput:
    """Return the `BadInput` which says that no case matches *keyword*."""
    return BadInput(f"-k {keyword!r}: no case matches; {_KEYWORDS}")


def _is_logic(part: ast.AST) -> bool:
    return isinstance(part, _LOGIC) and getattr(part, "value", True) is True
