"""The rule tables as data: tab-separated files under ``tables`` that a linguist can read and correct."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Rule:
    """What one written unit (a letter, a sign, a fixed cluster) stands for."""

    kind: str
    latin: str


@dataclass(frozen=True, slots=True)
class RuleTable:
    """The rules of one script.

    Attributes:
        options: single settings (inherent vowel, schwa deletion, voicing).
        rules: written unit to what it stands for.
        respellings: written sequences that are read as if written otherwise.
        initials: the same, at the start of the word only.
        between_vowels: Latin letters of a stop to what it is between vowels.
        after_nasals: Latin letters of a stop to what it is between a nasal and a vowel.
        words: whole words that no rule reads right.
        pattern: matches one unit, the longest first.
        joint: matches a compound with one of the table's second elements (``Ramnagar``), if it lists any.
    """

    options: dict[str, str]
    rules: dict[str, Rule]
    respellings: dict[str, str]
    initials: dict[str, str]
    between_vowels: dict[str, str]
    after_nasals: dict[str, str]
    words: dict[str, str]
    pattern: re.Pattern[str]
    joint: re.Pattern[str] | None

    def units(self, word: str) -> list[Rule]:
        """The rules for a word, longest written unit first; characters without a rule are skipped."""
        for written, read_as in self.initials.items():
            if word.startswith(written):
                word = read_as + word[len(written) :]
        for written, read_as in self.respellings.items():
            word = word.replace(written, read_as)
        return [self.rules[unit] for unit in self.pattern.findall(word)]

    def elements(self, word: str) -> tuple[str, ...]:
        """The two elements of a compound that ends in a listed second element, else the word alone."""
        compound = self.joint.fullmatch(word) if self.joint else None
        return compound.groups() if compound else (word,)


def read_rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table as dictionaries by column; lines that start with ``#`` are comments.

    Args:
        name: file name under ``tables``, without its ending.

    Yields:
        One dictionary a row; columns missing at the end of a row are empty.
    """
    text = resources.files("encoder.names").joinpath("tables", f"{name}.tsv").read_text(encoding="utf-8")
    lines = (line for line in unicodedata.normalize("NFC", text).split("\n") if line and not line.startswith("#"))
    header = next(lines).split("\t")
    for line in lines:
        cells = line.split("\t")
        yield dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=False))


@cache
def rule_table(name: str) -> RuleTable:
    """The rule table of a script, read once.

    Args:
        name: value of a `Script` that has a table.
    """
    rows = list(read_rows(name))
    rules = {row["source"]: Rule(row["kind"], row["latin"]) for row in rows if row["kind"] not in _NOT_UNITS}
    seconds = _column(rows, "joint")
    return RuleTable(
        options=_column(rows, "option"),
        rules=rules,
        respellings=_column(rows, "respell"),
        initials=_column(rows, "initial"),
        between_vowels=_column(rows, "voiced"),
        after_nasals=_column(rows, "nasalised"),
        words=_column(rows, "word"),
        pattern=re.compile(_any_of(rules)),
        joint=re.compile(f"(.{{2,}})({_any_of(seconds)})") if seconds else None,
    )


_NOT_UNITS = ("option", "respell", "initial", "voiced", "nasalised", "word", "joint")


def _column(rows: list[dict[str, str]], kind: str) -> dict[str, str]:
    return {row["source"]: row["latin"] for row in rows if row["kind"] == kind}


def _any_of(sources: dict[str, Rule] | dict[str, str]) -> str:
    return "|".join(map(re.escape, sorted(sources, key=len, reverse=True)))
