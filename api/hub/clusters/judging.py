"""What becomes of one link, by what was found and what was said."""

from api.hub.storage.kindred import KindredRow
from api.hub.storage.links import JOINED, PROPOSED, SEPARATED, WITHDRAWN, StoredLink
from api.wire.links import LinkState, LinkWord

_MILLI = 1000


def state_of(first_word: str | None, second_word: str | None) -> LinkState:
    """The state that the words of both sides bring: one `different` separates, two `same` join."""
    if "different" in (first_word, second_word):
        return "separated"
    return "joined" if first_word == second_word == "same" else "proposed"


def said(link: StoredLink, sides: tuple[bool, bool], word: LinkWord, *, alive: bool) -> StoredLink:
    """A link after a word.

    Args:
        link: as it stands.
        sides: whether the word is for the first record, and for the second.
        word: what was said.
        alive: whether both records are active; a link that nobody joined does not stand without.
    """
    first = word if sides[0] else link.first_word
    second = word if sides[1] else link.second_word
    state: str = state_of(first, second)
    state = WITHDRAWN if state == PROPOSED and not alive else state
    after = link._replace(first_word=first, second_word=second, state=state)
    return _judged(after) if state == SEPARATED and link.state != SEPARATED else after


def separated(link: StoredLink) -> StoredLink:
    """A link that the hub's operator separated: each side is to say anew what it thinks."""
    return _judged(link._replace(state=SEPARATED, first_word=None, second_word=None))


def renewed(link: StoredLink, pair: KindredRow, reopen_bits: float) -> StoredLink:
    """A link after its pair was found to be kindred; `pair` has the records in the link's order.

    What people said stands. A separation holds until a record has a new version and the pair weighs `reopen_bits` bits
    more; then both sides are asked anew.
    """
    moved = link._replace(first_id=pair.first_id, second_id=pair.second_id)
    if link.state == JOINED or (link.state == SEPARATED and not _is_new(link, pair, reopen_bits)):
        return moved
    fresh = moved._replace(**pair._asdict(), state=PROPOSED)
    if link.state != SEPARATED:
        return fresh
    return fresh._replace(
        first_word=None, second_word=None, judged_weight=None, judged_first_version=None, judged_second_version=None
    )


def fallen(link: StoredLink) -> StoredLink:
    """A link whose records are not both there, or are no longer kindred: only what people said stands."""
    return link._replace(state=WITHDRAWN) if link.state == PROPOSED else link


def emptied(link: StoredLink) -> StoredLink:
    """A link of which a record was erased: nothing stays but that it was withdrawn."""
    return link._replace(
        state=WITHDRAWN, levels="[]", weight=0, first_word=None, second_word=None, judged_weight=None,
        judged_first_version=None, judged_second_version=None,
    )  # fmt: skip


def turned(link: StoredLink) -> StoredLink:
    """The same link with its records in the other order."""
    return link._replace(
        first_id=link.second_id, second_id=link.first_id,
        first_partner_id=link.second_partner_id, second_partner_id=link.first_partner_id,
        first_version=link.second_version, second_version=link.first_version,
        first_word=link.second_word, second_word=link.first_word,
        judged_first_version=link.judged_second_version, judged_second_version=link.judged_first_version,
    )  # fmt: skip


def _judged(link: StoredLink) -> StoredLink:
    return link._replace(
        judged_weight=link.weight, judged_first_version=link.first_version, judged_second_version=link.second_version
    )


def _is_new(link: StoredLink, pair: KindredRow, reopen_bits: float) -> bool:
    newer = pair.first_version > (link.judged_first_version or 0) or pair.second_version > (
        link.judged_second_version or 0
    )
    return newer and pair.weight >= (link.judged_weight or 0) + reopen_bits * _MILLI
