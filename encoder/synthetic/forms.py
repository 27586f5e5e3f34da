"""A word with its spellings in use, by script, and the table reader."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LATIN, DEVANAGARI, BENGALI, TAMIL = range(4)
SCRIPT_COLUMNS = ("latin", "devanagari", "bengali", "tamil")


@dataclass(frozen=True, slots=True, eq=False)
class Forms:
    """One word: spellings[script] holds its spellings, commonest first; only Latin is never empty.

    Compared by identity, so that a shared family name is the same object in father and child.
    """

    spellings: tuple[tuple[str, ...], ...]

    def in_script(self, script: int) -> tuple[str, ...]:
        """Return the spellings in a script, or the Latin ones where there are none."""
        return self.spellings[script] or self.spellings[LATIN]

    @property
    def key(self) -> str:
        """The commonest Latin spelling, by which tables refer to the word."""
        return self.spellings[LATIN][0]


def forms_of(row: dict[str, str]) -> Forms:
    """Read the script columns of a table row."""
    return Forms(tuple(tuple(s for s in row.get(column, "").split("|") if s) for column in SCRIPT_COLUMNS))


def joined(first: Forms, second: Forms) -> Forms:
    """Return two words written as one name; a script needs both."""
    pairs = zip(first.spellings, second.spellings, strict=True)
    return Forms(
        tuple(
            tuple(f"{heads[i % len(heads)]} {tail}" for i, tail in enumerate(tails)) if heads else ()
            for heads, tails in pairs
        )
    )


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of `data/<name>.tsv` as dictionaries."""
    text = (files("encoder.synthetic") / "data" / f"{name}.tsv").read_text(encoding="utf-8")
    header, *lines = text.splitlines()
    columns = header.split("\t")
    return tuple(dict(zip(columns, line.split("\t"), strict=True)) for line in lines if line)
