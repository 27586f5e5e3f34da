"""Whether a submission fits what the hub compares: domain, epoch, profile and linkage key, in this order."""

import hmac
from collections.abc import Sequence

from sqlalchemy import Connection

from api.hub.storage import partitions
from api.hub.storage.partitions import Partition
from api.wire.problems import ProblemError
from api.wire.submissions import Submission
from matcher.profile import PROFILES

_UNKNOWN_DOMAIN = (
    "This hub has no such linkage domain; compare the domain in the key file with the hub's policy, or ask the hub's"
    " operator to open it."
)
_UNKNOWN_EPOCH = (
    "This hub has no such epoch of the domain; take the linkage key of an epoch in the hub's policy, or ask the hub's"
    " operator to open this one."
)
_OTHER_PROFILE = "The hub takes other encoding profiles in this epoch; encode the records with one in its policy."
_OTHER_PARAMETERS = (
    "The hub knows the profile of this name with other parameters, so the codes would not compare; bring gateway and"
    " hub to the same release and encode the records again."
)
_CLOSED = (
    "The epoch is closed and takes withdrawals and erasures only; encode the records under the linkage key of an open"
    " epoch."
)
_NO_KEY_YET = (
    "The hub does not know the linkage key of this epoch yet; wait for the key steward's first upload, or ask the hub's"
    " operator to enter the key's check value."
)
_OTHER_KEY = (
    "The records were encoded under another linkage key than that of this domain and epoch; compare the key's"
    " fingerprint with the key steward's on the telephone, and encode the records again."
)


def partition_for(conn: Connection, submission: Submission, partner_id: int, only_removals: bool) -> Partition:
    """The partition that a submission goes to; the key steward's first upload fixes its linkage key.

    Args:
        conn: the write transaction that stores the items.
        submission: what came in.
        partner_id: who sent it.
        only_removals: whether it holds withdrawals and erasures alone, which a closed epoch takes too.

    Raises:
        ProblemError: `unknown-domain`, `unknown-epoch`, `profile-mismatch`, `epoch-closed` or `key-mismatch`.
    """
    partition = _named(partitions.of_domain(conn, submission.domain), submission)
    if partition.state != "open" and not only_removals:
        raise ProblemError("epoch-closed", _CLOSED)
    if partition.key_check is None:
        if partition.steward_id != partner_id:
            raise ProblemError("key-mismatch", _NO_KEY_YET)
        partitions.pin_key_check(conn, partition.id, submission.key_check)
    elif not hmac.compare_digest(partition.key_check, submission.key_check):
        raise ProblemError("key-mismatch", _OTHER_KEY)
    return partition


def _named(found: Sequence[Partition], submission: Submission) -> Partition:
    if not found:
        raise ProblemError("unknown-domain", _UNKNOWN_DOMAIN)
    found = [partition for partition in found if partition.epoch == submission.epoch]
    if not found:
        raise ProblemError("unknown-epoch", _UNKNOWN_EPOCH)
    named = [partition for partition in found if partition.profile == submission.profile]
    if not named:
        raise ProblemError("profile-mismatch", _OTHER_PROFILE, profiles=[partition.profile for partition in found])
    profile = PROFILES.get(submission.profile)
    # The partition's, and this release's: a record is checked against the latter.
    if profile is None or {named[0].profile_digest, profile.digest.hex()} != {submission.profile_digest}:
        raise ProblemError("profile-mismatch", _OTHER_PARAMETERS)
    return named[0]
