"""Names by community, sex and generation, with Zipf-like frequencies; slot words and name patterns."""

from functools import cache

from encoder.synthetic.dice import Weighted
from encoder.synthetic.forms import Forms, forms_of, table

# A community also uses, less often, the names of its neighbours.
BORROWED = {
    "h": "b", "b": "h", "a": "b", "o": "bh", "n": "h", "t": "k", "k": "t", "p": "h", "s": "b", "c": "s", "u": "m",
    "m": "u", "g": "h", "r": "h", "e": "d", "d": "e",
}  # fmt: skip
BORROWED_WEIGHT = 0.4
RANK_OFFSET = 5.0  # flattens the head of the frequency curve
Word = Forms | str  # a slot word, or a pattern letter: G, S, F or "F."


def _zipf(own: list[Forms], borrowed: list[Forms] | None = None) -> Weighted[Forms]:
    """Weigh the names by their rank, and those of neighbours less."""
    kept: dict[str, tuple[Forms, float]] = {}
    for words, share in ((own, 1.0), (borrowed or [], BORROWED_WEIGHT)):
        for word in words:
            kept.setdefault(word.key, (word, share))
    weights = [share / (rank + RANK_OFFSET) for rank, (_, share) in enumerate(kept.values())]
    return Weighted([word for word, _ in kept.values()], weights)


@cache
def _counts() -> dict[tuple[str, str], int]:
    return {(row["community"], row["latin"]): int(row["count"]) for row in table("token_counts")}


def _counted_first(community: str, words: list[Forms]) -> list[Forms]:
    """Order a community's names by public counts, where there are any; the hand's order breaks ties."""
    counts = _counts()
    return sorted(words, key=lambda word: -counts.get((community, word.key), 0))


@cache
def _given_rows() -> tuple[tuple[str, str, str, Forms], ...]:
    return tuple((r["communities"], r["sex"], r["generation"], forms_of(r)) for r in table("given_names"))


def _listed(community: str, sex: str, generation: str) -> list[Forms]:
    return [word for group, s, g, word in _given_rows() if community in group and (s, g) == (sex, generation)]


@cache
def given_names(community: str, sex: str, generation: str) -> Weighted[Forms]:
    """Return given names for sex `f` or `m` and generation `c` (children) or `p` (parents)."""
    own = _listed(community, sex, generation)
    if generation == "p":  # those counted are adults
        own = _counted_first(community, own) + _listed(community, sex, "c")
    return _zipf(own, [word for neighbour in BORROWED[community] for word in _listed(neighbour, sex, generation)])


@cache
def surnames(community: str) -> Weighted[Forms]:
    """Return family names."""
    listed = [forms_of(row) for row in table("surnames") if community in row["communities"]]
    return _zipf(_counted_first(community, listed))


@cache
def nicknames(community: str, sex: str) -> Weighted[Forms]:
    """Return pet names, which have no likeness in spelling to the given name."""
    rows = [row for row in table("nicknames") if community in row["communities"] and sex in row["sexes"]]
    return _zipf([forms_of(row) for row in rows])


@cache
def slot_words() -> dict[str, Forms]:
    """Return kumar, devi, md and the like, by key."""
    return {row["word"]: forms_of(row) for row in table("slot_words")}


@cache
def patterns(community: str, role: str, kin: str) -> Weighted[tuple[Word, ...]]:
    """Return name patterns; role is `f`, `m`, `father` or `mother`, kin is `shared`, `other` or `-`."""
    (row,) = [r for r in table("name_patterns") if (r["community"], r["role"], r["kin"]) == (community, role, kin)]
    items = [entry.rsplit(":", 1) for entry in row["patterns"].split()]
    return Weighted([_pattern(text) for text, _ in items], [float(weight) for _, weight in items])


def _pattern(text: str) -> tuple[Word, ...]:
    words = text.replace("F.G", "F.+G").split("+")
    return tuple(slot_words().get(word, word) for word in words)
