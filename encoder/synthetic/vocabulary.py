"""Names by community, sex and generation, with Zipf-like frequencies; slot words and name patterns."""

from functools import cache

from encoder.synthetic.dice import Weighted
from encoder.synthetic.forms import Forms, forms_of, table

# A community also uses, less often, the names of its neighbours.
BORROWED = {
    "h": "b", "b": "h", "a": "b", "o": "bh", "n": "h", "t": "k", "k": "t", "p": "h", "s": "b", "c": "s", "u": "m",
    "m": "u",
}  # fmt: skip
RANK_OFFSET = 5.0  # flattens the head of the frequency curve
Word = Forms | str  # a slot word, or a pattern letter: G, S, F or "F."


def _zipf(forms: list[Forms]) -> Weighted[Forms]:
    distinct = list({word.key: word for word in forms}.values())
    return Weighted(distinct, [1.0 / (rank + RANK_OFFSET) for rank in range(len(distinct))])


@cache
def _given_rows() -> tuple[tuple[str, str, str, Forms], ...]:
    return tuple((r["communities"], r["sex"], r["generation"], forms_of(r)) for r in table("given_names"))


def _listed(community: str, sex: str, generation: str) -> list[Forms]:
    return [word for group, s, g, word in _given_rows() if community in group and (s, g) == (sex, generation)]


@cache
def given_names(community: str, sex: str, generation: str) -> Weighted[Forms]:
    """Return given names for sex `f` or `m` and generation `c` (children) or `p` (parents)."""
    own = _listed(community, sex, generation)
    if generation == "p":
        own += _listed(community, sex, "c")
    for neighbour in BORROWED[community]:
        own += _listed(neighbour, sex, generation)
    return _zipf(own)


@cache
def surnames(community: str) -> Weighted[Forms]:
    """Return family names."""
    return _zipf([forms_of(row) for row in table("surnames") if community in row["communities"]])


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
