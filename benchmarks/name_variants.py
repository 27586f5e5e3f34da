"""Do two spellings of one name, or place, score above two names? By language, from bags and from codes.

M1 native and Latin spellings, M2 a child with its father across scripts, M3 places across two scripts without Latin
between, M5 Latin spellings beside clear-text Jaro-Winkler. Every rate is the share of true pairs that score strictly
above all but one false pair in so many; an empty form fails. Only names that nothing is fitted on.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cdist

from benchmarks.common.name_scores import (
    Bag,
    Bags,
    anyascii_bigrams,
    code_matrix,
    milap_child,
    milap_father,
    milap_name,
    milap_place,
    rule_table,
    similarity_matrix,
)
from benchmarks.common.name_sets import DATA, VOCABULARY, NameSet, name_sets, rows_of, spelled_families
from benchmarks.common.report import Report, arguments
from benchmarks.common.scripted_families import ScriptedFamilies, Word, attested_families, invented_families
from benchmarks.common.true_rates import (
    Grid,
    Scored,
    bootstrap,
    grid_of_families,
    grid_of_pairs,
    grid_of_rows,
    interval,
    score,
    true_rate,
)
from benchmarks.peers.double_metaphone import double_metaphone
from benchmarks.peers.plain_text import by_anyascii, sound
from encoder.keys import LinkageKey, linkage_key_from_secret_bytes
from matcher.profile import LOCAL_2026_11_22
from matcher.views import View

PROFILE = LOCAL_2026_11_22
ONE_IN, ONE_IN_FAMILIES = 10_000, 1_000_000
LEAST_MACRO, LEAST_LANGUAGE, LEAST_FAMILIES = 0.90, 0.75, 0.98
LEAST_PLACES = {"bn-hi": 0.92, "ur-hi": 0.80, "bn-ur": 0.75}
BURMESE = "my"
ATTESTED = ("affidavit_east", "affidavit_south")
"""Sets whose words are persons' names, of which families can be made."""

FEWEST_VARIANTS = 20
OURS, CODES, CLEAR = "Milap", "codes", "Jaro-Winkler"
WAYS: dict[str, Bags] = {OURS: milap_name, "rule table": rule_table, "anyascii": anyascii_bigrams}

Floats = npt.NDArray[np.float64]
Matrix = Callable[[Sequence[str], Sequence[str]], Floats]
KEYS: dict[str, Callable[[str], str]] = {
    "Soundex": lambda word: sound(word)[:4], "Double Metaphone": lambda word: double_metaphone(word)[0],
}


def main() -> None:
    """Measure, print and write."""
    parser = arguments(__doc__)
    parser.add_argument("--data", type=Path, default=None, help="a folder with the sets that may not be shipped")
    parser.add_argument("--families", type=int, default=2000, help="families a script")
    parser.add_argument("--resamples", type=int, default=300)
    parser.add_argument("--only", choices=("M1", "M2", "M3", "M5"), nargs="+", default=["M1", "M2", "M3", "M5"])
    options = parser.parse_args()
    report = Report("name_variants", ("rapidfuzz", "anyascii"), {
        "seed": options.seed, "profile": PROFILE.name, "normaliser": PROFILE.normaliser, "one_in": ONE_IN,
        "one_in_families": ONE_IN_FAMILIES, "families": options.families, "resamples": options.resamples,
        "extra_sets": options.data is not None,
    })
    report.note("PyICU has no wheel, so ICU's Any-Latin is no peer here; anyascii stands for a general tool.")
    key = linkage_key_from_secret_bytes(options.seed.to_bytes(32, "big"), "benchmark", "names")
    rates = Rates(key, np.random.default_rng(options.seed), options.resamples)
    sets = name_sets(options.data)
    measurements: dict[str, Callable[[], None]] = {
        "M1": lambda: native_and_latin(report, rates, sets),
        "M2": lambda: families_across_scripts(report, rates, sets, options.families, options.seed),
        "M3": lambda: places_across_scripts(report, rates),
        "M5": lambda: latin_variants(report, rates, sets),
    }
    for measurement in options.only:
        measurements[measurement]()
    report.write(options.json)


class Rates:
    """Scores one grid in several ways, with the same resamples for all of them."""

    def __init__(self, key: LinkageKey, rng: np.random.Generator, resamples: int) -> None:
        """Keep what all measurements share."""
        self.key, self._rng, self._resamples = key, rng, resamples

    def measured(self, matrices: Iterable[tuple[str, Floats]], grid: Grid, one_in: int = ONE_IN) -> dict[str, Floats]:
        """By way: the rate, then the rates of the resamples, float64 (1 + resamples,)."""
        seed = int(self._rng.integers(2**32))
        return {
            way: _with_resamples(score(matrix, grid, one_in), one_in, seed, self._resamples)
            for way, matrix in matrices
        }

    def codes(self, left: Sequence[str], right: Sequence[str], bags: Bags, view: View) -> Floats:
        """Share of equal bits of the codes of two lists."""
        return self.coded([bags(text) for text in left], [bags(text) for text in right], view)

    def coded(self, left: Sequence[Bag], right: Sequence[Bag], view: View) -> Floats:
        """Share of equal bits of the codes of two lists of bags."""
        return code_matrix(left, right, self.key, PROFILE, view)


def _with_resamples(scored: Scored, one_in: int, seed: int, times: int) -> Floats:
    resampled = bootstrap(scored, one_in, np.random.default_rng(seed), times)
    return np.array([true_rate(scored, one_in), *resampled])


def native_and_latin(report: Report, rates: Rates, sets: Sequence[NameSet]) -> None:
    """M1: native against Latin, by set, by language and over all."""
    found: dict[str, dict[str, Floats]] = {}
    for number, names in enumerate(sets, start=1):
        native, latin, grid = grid_of_pairs(names.native, names.latin)
        bagged = ((way, _cosines(native, latin, bags)) for way, bags in WAYS.items())
        codes = rates.codes(native, latin, milap_name, View.CHILD)
        found[names.name] = rates.measured((*bagged, (CODES, codes)), grid)
        print(f"  {number}/{len(sets)} {names.name}: {found[names.name][OURS][0]:.3f}", flush=True)
    rows = [
        {"set": n.name, "language": n.lang, "pairs": len(n.native), **_cells(found[n.name])} for n in sets
    ]
    report.table("M1 by set: native and Latin, TPR at 1e-4", rows)
    languages = {
        lang: _mean([found[n.name] for n in sets if n.lang == lang]) for lang in sorted({n.lang for n in sets})
    }
    report.table("M1 by language, mean over its sets", [
        {"language": lang, "sets": sum(n.lang == lang for n in sets), **_cells(values)}
        for lang, values in languages.items()
    ])
    macro = _mean(list(found.values()))
    report.table("M1 macro over sets", [{"sets": len(sets), **_cells(macro)}])
    report.target("M1 macro TPR at 1e-4", macro[OURS][0], least=LEAST_MACRO)
    report.target("M1 macro TPR at 1e-4 from codes", macro[CODES][0], least=LEAST_MACRO)
    for lang, values in languages.items():
        if lang != BURMESE:
            report.target(f"M1 {lang}", values[OURS][0], least=LEAST_LANGUAGE)


def families_across_scripts(report: Report, rates: Rates, sets: Sequence[NameSet], count: int, seed: int) -> None:
    """M2: child and father in Latin letters against the same in another script, the two views' similarity summed."""
    attested = {
        names.name: [Word(latin, native, native) for native, latin in zip(names.native, names.latin, strict=True)]
        for names in sets if names.name in ATTESTED
    }
    of_words = (attested_families(name, words, count, seed) for name, words in attested.items())
    table = []
    for families in (*invented_families(count, seed), *of_words):
        grid = grid_of_rows(len(families.child[0]))
        values = rates.measured(_of_families(families, rates), grid, ONE_IN_FAMILIES)
        table.append({"words from": families.script, "families": len(families.child[0]), **_cells(values)})
        report.target(f"M2 {families.script}, from codes at 1e-6", values[CODES][0], least=LEAST_FAMILIES)
    report.table("M2 child and father, Latin and another script, TPR at 1e-6", table)


def _of_families(families: ScriptedFamilies, rates: Rates) -> Iterable[tuple[str, Floats]]:
    child, father = families.child, families.father
    bags = {
        View.CHILD: tuple([*map(milap_child, *names)] for names in zip(child, father, strict=True)),
        View.FATHER: tuple([*map(milap_father, *names)] for names in zip(father, child, strict=True)),
    }
    yield OURS, np.sum([similarity_matrix(one, other) for one, other in bags.values()], axis=0)
    for way in [*WAYS][1:]:
        yield way, np.sum([_cosines(*texts, WAYS[way]) for texts in (child, father)], axis=0)
    yield CODES, np.sum([rates.coded(one, other, view) for view, (one, other) in bags.items()], axis=0)


def places_across_scripts(report: Report, rates: Rates) -> None:
    """M3: two scripts, no Latin between; places and words whose sources give one Latin form for both."""
    rows = list(rows_of(DATA / "shared_names.tsv.gz"))
    table = []
    for langs, least in LEAST_PLACES.items():
        chosen = [row for row in rows if row["langs"] == langs]
        one, other, grid = grid_of_pairs([row["one"] for row in chosen], [row["other"] for row in chosen])
        bags: dict[str, Bags] = WAYS | {OURS: milap_place}
        bagged = ((way, _cosines(one, other, way_bags)) for way, way_bags in bags.items())
        values = rates.measured((*bagged, (CODES, rates.codes(one, other, milap_place, View.HOME))), grid)
        places = sum(row["kind"] == "place" for row in chosen)
        table.append({"languages": langs, "pairs": len(chosen), "of them places": places, **_cells(values)})
        report.target(f"M3 {langs} at 1e-4", values[OURS][0], least=least)
    report.table("M3 places and words that share a Latin form, TPR at 1e-4", table)


def latin_variants(report: Report, rates: Rates, sets: Sequence[NameSet]) -> None:
    """M5: several Latin spellings of one name, beside clear-text Jaro-Winkler and phonetic keys."""
    families = {names.name: names.families() for names in sets}
    families |= {f"vocabulary: {name}": spelled_families(name) for name in VOCABULARY}
    table, behind = [], []
    for name, spelled in families.items():
        forms, grid = grid_of_families(spelled)
        if len(grid.rows) < FEWEST_VARIANTS:
            continue
        clear = [by_anyascii(form) for form in forms]
        values = rates.measured((
            (OURS, _cosines(forms, forms, milap_name)), (CODES, rates.codes(forms, forms, milap_name, View.CHILD)),
            (CLEAR, cdist(clear, clear, scorer=JaroWinkler.normalized_similarity, dtype=np.float64)),
        ), grid)
        table.append({"set": name, "pairs": len(grid.rows), **_cells(values), **_keys(clear, grid)})
        behind += [name] if values[OURS][0] <= values[CLEAR][0] else []
        print(f"  {name}: {values[OURS][0]:.3f}, {CLEAR} {values[CLEAR][0]:.3f}", flush=True)
    report.table("M5 Latin spellings of one name, TPR at 1e-4 (a key: share of true pairs, false per 10,000)", table)
    report.target("M5 sets not above Jaro-Winkler", len(behind), most=0)
    if behind:
        report.note(f"Not above Jaro-Winkler: {', '.join(behind)}")


def _keys(forms: Sequence[str], grid: Grid) -> dict[str, str]:
    """Phonetic keys have no order of scores: how many true and how many false pairs share one."""
    cells = {}
    for name, function in KEYS.items():
        keys = np.array([" ".join(map(function, form.split())) for form in forms])
        same = keys[:, None] == keys[None, :]
        true = float(same[grid.rows, grid.columns].mean())
        falses = (int(same.sum()) - int(same.ravel()[grid.related].sum())) / grid.falses
        cells[name] = f"{true:.3f} ({falses * ONE_IN:.1f})"
    return cells


def _cosines(left: Sequence[str], right: Sequence[str], bags: Bags) -> Floats:
    return similarity_matrix([bags(text) for text in left], [bags(text) for text in right])


def _mean(found: Sequence[dict[str, Floats]]) -> dict[str, Floats]:
    return {way: np.mean([values[way] for values in found], axis=0) for way in found[0]}


def _cells(values: dict[str, Floats]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for way, rates in values.items():
        cells[way] = round(float(rates[0]), 4)
        if way in (OURS, CODES):
            low, high = interval(rates[1:])
            cells[f"{way} 95 %"] = f"{low:.3f}-{high:.3f}"
    return cells


if __name__ == "__main__":
    main()
