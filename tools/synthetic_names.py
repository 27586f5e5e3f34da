"""Build the machine-made tables of the synthetic population, and keep its variants apart from the normaliser's tables.

Run as `python -m tools.synthetic_names attested SOURCE_FOLDER` to write `attested_forms.tsv` (native forms of names
and places) and `attested_spellings.tsv` (further Latin spellings), and as `python -m tools.synthetic_names prune` to
take out of every table the variants that stand in `encoder/names/tables`. `encoder/synthetic/data/SOURCES.md` names
the files that SOURCE_FOLDER must hold. Of the word lists only those words are used that nothing is fitted on
(`encoder.names.held_out`).
"""

import csv
import gzip
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from encoder.names.held_out import held_out
from encoder.synthetic.forms import SCRIPT_COLUMNS, forms_of, table
from tools.synthetic_held_out import prune, taken

DATA = Path("encoder/synthetic/data")
WORDS, TOKENS = "akshar_words_trainvalid.tsv.gz", "affidavit_hi_tokens_dev.tsv"
COUNTS = "name_token_counts_affidavit_by_state.tsv"
COMMUNITY_OF_STATE = {"West Bengal": "b", "Assam": "a", "Kerala": "k", "Tamil Nadu": "t", "Puducherry": "t"}
NAME_TABLES = ("given_names", "surnames", "nicknames")
# Language of the word list: script of the column, and first code point of its block.
LANGUAGES = {
    "gu": ("gujarati", 0x0A80), "pa": ("gurmukhi", 0x0A00), "or": ("odia", 0x0B00), "te": ("telugu", 0x0C00),
    "kn": ("kannada", 0x0C80), "ml": ("malayalam", 0x0D00),
}  # fmt: skip
STATES = {"gu": ("Gujarat",), "pa": ("Punjab",), "or": ("Odisha",), "te": ("Telangana", "Andhra Pradesh"),
          "kn": ("Karnataka",), "ml": ("Kerala",), "ur": ("Jammu And Kashmir",)}  # fmt: skip
SPELLING_LANGUAGES = frozenset({"hi", "bn", "gu", "pa", "or", "te", "kn", "ml", "ta", "mr"})
INFLECTED = ("ରର", "ાએ")  # genitive and ergative of names that end so
SHORTEST_PLACE = 6
ALIKE = 0.8  # of two Latin spellings of one native word: less alike are slips of the list
DEVANAGARI_BLOCK, BLOCK_SIZE = 0x0900, 0x80
FIRST_CONSONANT, LAST_CONSONANT, VIRAMA = 0x15, 0x39, 0x4D
MERGED = {0x36: 0x38, 0x37: 0x38, 0x23: 0x28, 0x33: 0x32, 0x35: 0x2C, 0x2F: 0x1C, 0x31: 0x30}
NASALS = frozenset({0x19, 0x1E, 0x23, 0x28, 0x2E})
Word = tuple[str, str, str]  # language, native, latin


def held_out_words(folder: Path) -> Iterator[Word]:
    """Yield the words of both lists that nothing is fitted on."""
    with gzip.open(folder / WORDS, "rt", encoding="utf-8", newline="") as handle:
        rows = [(row["lang"], row["native"], row["latin"]) for row in csv.DictReader(handle, delimiter="\t")]
    with (folder / TOKENS).open(encoding="utf-8", newline="") as handle:
        rows += [("hi", row["native"], row["latin"]) for row in csv.DictReader(handle, delimiter="\t")]
    yield from (row for row in rows if held_out(row[1]) and row[2].isalpha() and not row[1].endswith(INFLECTED))


def consonants(word: str, block: int) -> tuple[int, ...]:
    """Return the consonants of an Indic word as offsets in its block, without nasals before another consonant.

    The blocks are laid out alike, so that two scripts can be compared; a form that disagrees with the Devanagari one
    belongs to another name of the same Latin spelling.
    """
    offsets = [ord(letter) - block for letter in word]
    found = []
    for at, offset in enumerate(offsets):
        joined = offsets[at + 1 : at + 2] == [VIRAMA]
        if FIRST_CONSONANT <= offset <= LAST_CONSONANT and not (offset in NASALS and joined):
            found.append(MERGED.get(offset, offset))
    return tuple(found)


def _names() -> dict[str, set[tuple[int, ...]]]:
    """Map each name's commonest Latin spelling to the consonants of its Devanagari forms."""
    found: dict[str, set[tuple[int, ...]]] = defaultdict(set)
    for name in NAME_TABLES:
        for row in table(name):
            shapes = {consonants(form, DEVANAGARI_BLOCK) for form in row["devanagari"].split("|") if form}
            found[row["latin"].partition("|")[0].casefold()] |= shapes
    return found


def _places() -> dict[str, set[str]]:
    """Map a state to the Latin names of its districts and sub-districts, in small letters."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in table("places"):
        _, state, *rest = row["path"].split("/")
        if rest:
            found[state].add(row["latin"].partition("|")[0].casefold())
    return found


def attested_forms(words: list[Word]) -> list[tuple[str, str, str]]:
    """Return (script, latin, native) of names and places that a word list has under their commonest Latin spelling."""
    names, places = _names(), _places()
    forms: dict[tuple[str, str], set[str]] = defaultdict(set)
    for language, native, latin in words:
        script, block = LANGUAGES.get(language, ("urdu", 0))
        if block and consonants(native, block) in names.get(latin, ()):
            forms[script, latin].add(native)
        if len(latin) >= SHORTEST_PLACE and any(latin in places[state] for state in STATES.get(language, ())):
            forms[script, latin].add(native)
    # The shortest first: longer ones are often inflected.
    return [(*key, "|".join(sorted(found, key=lambda form: (len(form), form)))) for key, found in sorted(forms.items())]


def attested_spellings(words: list[Word]) -> list[tuple[str, str]]:
    """Return (latin, further spellings) of names whose native form a word list gives under other Latin spellings."""
    key_of: dict[str, set[str]] = defaultdict(set)
    listed = set()
    for name in NAME_TABLES:
        for row in table(name):
            key, *others = row["latin"].split("|")
            listed |= {key.casefold(), *(other.casefold() for other in others)}
            for script, forms in zip(SCRIPT_COLUMNS, forms_of(row).spellings, strict=True):
                for form in forms if script != "latin" else ():
                    key_of[form].add(key)
    found: dict[str, set[str]] = defaultdict(set)
    for language, native, latin in words:
        if language in SPELLING_LANGUAGES and latin not in listed and latin not in taken():
            for key in key_of.get(native, ()):
                if _alike(key.casefold(), latin):
                    found[key].add(latin.capitalize())
    return [(key, "|".join(sorted(spellings))) for key, spellings in sorted(found.items())]


def token_counts(folder: Path) -> list[tuple[str, str, str]]:
    """Return (community, latin, count) of the names of a state's community, all Latin spellings taken together."""
    counted: dict[tuple[str, str], int] = defaultdict(int)
    with (folder / COUNTS).open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            counted[COMMUNITY_OF_STATE[row["state"]], row["token"]] += int(row["count"])
    found = {}
    for name in ("surnames", "given_names"):
        for row in table(name):
            spellings = {spelling.casefold() for spelling in row["latin"].split("|")}
            for community in row["communities"]:
                if total := sum(counted.get((community, spelling), 0) for spelling in spellings):
                    found[community, row["latin"].partition("|")[0]] = total
    return [(*key, str(total)) for key, total in sorted(found.items())]


def _alike(first: str, second: str) -> bool:
    plural = second == f"{first}s"
    return first[0] == second[0] and not plural and SequenceMatcher(None, first, second).ratio() >= ALIKE


def _write(name: str, header: str, rows: Sequence[tuple[str, ...]]) -> None:
    text = "".join("\t".join(row) + "\n" for row in rows)
    (DATA / f"{name}.tsv").write_text(f"{header}\n{text}", encoding="utf-8")
    print(f"{name}: {len(rows)} rows")


def build(folder: Path) -> None:
    """Write the three tables."""
    words = list(held_out_words(folder))
    _write("attested_forms", "script\tlatin\tnative", attested_forms(words))
    _write("token_counts", "community\tlatin\tcount", token_counts(folder))
    _write("attested_spellings", "latin\tspellings", attested_spellings(words))


if __name__ == "__main__":
    if sys.argv[1] == "attested":
        build(Path(sys.argv[2]))
    print(f"pruned {prune(DATA)} variants")
