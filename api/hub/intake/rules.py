"""What becomes of one item, given what the hub has of its ref."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from api.hub.intake.checked_items import WITHDRAWN_DIGEST, CheckedPut
from api.hub.intake.drafts import Draft, RefDrafts
from api.hub.intake.pinned_space import PinnedSpace
from api.wire.items import EraseItem, WithdrawItem
from api.wire.submissions import Outcome

_UNIX_DAY = date(1970, 1, 1)


@dataclass(frozen=True)
class Decision:
    """An outcome, with the reason of a refusal: a word for programs and a sentence for people."""

    outcome: Outcome
    reason: str | None = None
    detail: str | None = None


REF_ERASED = Decision("refused", "ref-erased", "This ref was erased, which is final; send the record under a new ref.")
OTHER_DOMAIN = Decision(
    "refused", "ref-in-other-domain",
    "The hub has this ref in another linkage domain; send the record under a ref of its own for each domain.",
)  # fmt: skip
VERSION_CONFLICT = Decision(
    "refused", "version-conflict",
    "The hub has other content under this version of the ref; raise the version and send it again.",
)  # fmt: skip
KIND_CHANGED = Decision(
    "refused", "kind-changed", "The ref stands for a record of the other kind; send this one under a new ref."
)
EXPIRED = Decision("refused", "expired", "The record has expired already; correct its expiry or withdraw it.")
PHOTO_SPACE = Decision(
    "refused", "photo-space",
    "The photo code is of another embedding space than the hub's; send the record without it until the spaces agree.",
)  # fmt: skip
ON_HOLD = Decision(
    "refused", "on-hold", "A legal hold keeps this record; lift the hold when the order ends, and erase it then."
)


def is_expired(expires_on: int | None, today: date) -> bool:
    """Whether a record is no longer kept today. `expires_on` counts days since 1970-01-01 and is the first such day."""
    return expires_on is not None and expires_on <= (today - _UNIX_DAY).days


def apply(
    item: CheckedPut | WithdrawItem | EraseItem, drafts: RefDrafts, now: datetime, pinned: PinnedSpace
) -> Decision:
    """Apply one item to the drafts of its ref, and to the partition's photo space, or leave them and say why."""
    if isinstance(item, EraseItem):
        return _erase(item, drafts)
    if drafts.erased:
        return REF_ERASED if isinstance(item, CheckedPut) else Decision("erased")
    if _in_other_domain(drafts):
        return OTHER_DOMAIN
    here = drafts.here
    if item.version < here.version:
        return Decision("outdated")
    digest = item.digest if isinstance(item, CheckedPut) else WITHDRAWN_DIGEST
    if item.version == here.version:
        return Decision("unchanged") if digest == here.digest else VERSION_CONFLICT
    if isinstance(item, WithdrawItem):
        # In every epoch that has it: while two overlap, a record taken back must not go on being matched in the other.
        for draft in drafts.everywhere:
            if draft.version < item.version:
                draft.withdraw(item)
        return Decision("withdrawn")
    return _put(item, here, drafts, now, pinned)


def _put(item: CheckedPut, here: Draft, drafts: RefDrafts, now: datetime, pinned: PinnedSpace) -> Decision:
    if any(draft.kind not in (None, int(item.kind)) for draft in drafts.everywhere):
        return KIND_CHANGED
    if any(draft.state == "withdrawn" and draft.version > item.version for draft in drafts.elsewhere):
        # Taken back under the key of another epoch while this was on its way.
        return Decision("outdated")
    if is_expired(item.expires_on, now.astimezone(UTC).date()):
        return EXPIRED
    if not pinned.fits(item.space):
        return PHOTO_SPACE
    pinned.take(item.space)
    here.put(item, drafts.entered_before(item.version) or now)
    return Decision("stored")


def _erase(item: EraseItem, drafts: RefDrafts) -> Decision:
    """Erasure needs no order and reaches every epoch: a gateway restored from a backup may have lost count."""
    if _in_other_domain(drafts) and not drafts.erased:
        return OTHER_DOMAIN
    if drafts.held and not drafts.erased:
        return ON_HOLD
    for draft in drafts.everywhere:
        if draft.state != "erased":
            draft.erase(item.version)
    return Decision("erased")


def _in_other_domain(drafts: RefDrafts) -> bool:
    return any(draft.domain != drafts.here.domain for draft in drafts.elsewhere)
