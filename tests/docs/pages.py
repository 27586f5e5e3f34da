"""Reading our own pages: tables, code blocks and what they name."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return [body for name, body in _FENCE.findall(text) if name == language]


def prose(text: str) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", text)


def codes(text: str) -> list[str]:
    """Everything in backticks outside fenced blocks."""
    return _CODE.findall(prose(text))


def tables(text: str) -> list[list[dict[str, str]]]:
    """Every table as rows by column name."""
    found: list[list[dict[str, str]]] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if number and _RULE.fullmatch(line.strip()):
            header = _cells(lines[number - 1])
            body = lines[number + 1 :]
            size = next((i for i, row in enumerate(body) if not row.startswith("|")), len(body))
            found.append([dict(zip(header, _cells(row), strict=True)) for row in body[:size]])
    return found


def table_with(text: str, column: str) -> list[dict[str, str]]:
    """The one table that has a column."""
    (table,) = [table for table in tables(text) if column in table[0]]
    return table


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def commands(text: str, program: str) -> Iterator[list[str]]:
    """The command lines of a program in sh blocks, as words without the program."""
    for block in blocks(text, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words and Path(words[0]).name == program:
                yield words[1:]


def links(text: str) -> list[str]:
    """Targets of links to files of the repository."""
    return [target for target in _LINK.findall(text) if "://" not in target]


def paths(text: str) -> list[str]:
    """Files and folders named in backticks: whatever has a slash or ends like a source or page, and is no value."""
    named = [code for code in codes(text) if re.fullmatch(r"[\w.\-]+(?:/[\w.\-]+)*/?", code)]
    return [code for code in named if re.search(r"^\w{3,}.*/|\.(?:md|py|toml|tsv)$", code)]
