"""A word with its spellings in use, by script, and the table reader."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SCRIPT_COLUMNS = (
    "latin", "devanagari", "bengali", "tamil",
    "urdu", "gujarati", "gurmukhi", "odia", "telugu", "kannada", "malayalam",
)  # fmt: skip
LATIN, DEVANAGARI, BENGALI, TAMIL, URDU, GUJARATI, GURMUKHI, ODIA, TELUGU, KANNADA, MALAYALAM = range(11)
NO_FORMS: tuple[str, ...] = ("",) * len(SCRIPT_COLUMNS)
NATIVE_TABLES = ("native_forms", "attested_forms")  # written by hand first, then what public word lists attest


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
    """Read the script columns of a table row; scripts without a column come from the tables of native forms."""
    listed = [row.get(column, "") for column in SCRIPT_COLUMNS]
    key = listed[LATIN].partition("|")[0].casefold()
    cells = [own or other for own, other in zip(listed, native_forms().get(key, NO_FORMS), strict=True)]
    if key in further_spellings():
        cells[LATIN] += "|" + further_spellings()[key]
    return Forms(tuple(tuple(s for s in cell.split("|") if s) for cell in cells))


def forms_named(latin: str) -> Forms:
    """Return a word that stands in no table but may have native forms."""
    return forms_of({"latin": latin})


@cache
def further_spellings() -> dict[str, str]:
    """Map a name's commonest Latin spelling, in small letters, to further ones that public word lists attest."""
    return {row["latin"].casefold(): row["spellings"] for row in table("attested_spellings")}


@cache
def native_forms() -> dict[str, list[str]]:
    """Map the commonest Latin spelling of a word, in small letters, to its cell of each script."""
    cells: dict[str, list[str]] = {}
    for name in NATIVE_TABLES:
        for row in table(name):
            known = cells.setdefault(row["latin"].casefold(), [""] * len(SCRIPT_COLUMNS))
            script = SCRIPT_COLUMNS.index(row["script"])
            known[script] = known[script] or row["native"]
    return cells


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
