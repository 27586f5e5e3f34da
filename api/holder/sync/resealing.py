"""A record's content under a later version: the hub takes a new word about a record under a later version only."""

from api.holder.intake.content import open_content, seal_content
from api.holder.vault.vault import Vault


def resealed(vault: Vault, ref: str, version: int, later: int, sealed: bytes | None) -> bytes | None:
    """What is sealed under one version, sealed under another; None stays None. DamagedSealError when it does not open.

    Args:
        vault: the gateway's.
        ref: of the record.
        version: under which it is sealed.
        later: under which it is to be sealed.
        sealed: the vault's bytes.
    """
    if sealed is None:
        return None
    return seal_content(vault, ref, later, open_content(vault, ref, version, sealed))
