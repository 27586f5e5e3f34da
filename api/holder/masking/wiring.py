"""Masked comparison at a gateway, put together from settings."""

from collections.abc import Sequence
from typing import Final

from api.holder.mailing.own_card import Keys
from api.holder.mailing.peers import PeerBook
from api.holder.masking.answering import Answerer
from api.holder.masking.errand import GetPolicy, MaskingErrand, MaskingTools
from api.holder.masking.own_codes import OwnCodes
from api.holder.masking.scope import Scope
from api.holder.settings import HolderSettings
from api.holder.sync.encoding import partition_text
from api.holder.sync.photo_codes import NO_PHOTOS, PhotoCodes, Sending
from api.holder.sync.photo_following import PhotoFollower
from api.holder.sync.records import records_of
from api.holder.vault.vault import Vault
from api.service.clock import Clock
from api.service.database import Database
from encoder.faces.space import FaceSpace
from encoder.keys import LinkageKey
from matcher.profile import masked_profile_of, profile_named

_ANY_EPOCH: Final = ""
"""Records are queued again when their photos give other codes, not when an epoch begins: that queues all of them."""


def make_masking_errand(
    settings: HolderSettings, database: Database, vault: Vault, keys: Keys, linkage_keys: Sequence[LinkageKey],
    space: FaceSpace | None, policy: GetPolicy, clock: Clock,
) -> MaskingErrand | None:  # fmt: skip
    """The errand of one gateway; None when its profile is compared as it is, or there is no linkage key.

    Args:
        settings: the gateway's.
        database: the gateway's.
        vault: opens records and photos.
        keys: the gateway's own.
        linkage_keys: the present one first, then the next one if there is one.
        space: the face space that the settings name; None for the uncentred one of the embedder.
        policy: gives the hub's policy.
        clock: the gateway's clock.

    Raises:
        InputError: there is no such profile, or it needs another face space or release than there is.
    """
    coarse = profile_named(settings.profile)
    masked = masked_profile_of(coarse)
    if masked is None or not linkage_keys:
        return None
    photos = [PhotoCodes(database, vault, key, masked, space) for key in linkage_keys]
    record_of = records_of(vault, clock)
    scopes = [
        Scope(
            key.domain, key.epoch, coarse, masked, OwnCodes(key, masked, record_of, codes), partition_text(key, coarse)
        ) for key, codes in zip(linkage_keys, photos, strict=True)
    ]  # fmt: skip
    follower = PhotoFollower(database, vault, clock)

    def follow() -> None:
        follower.follow(_sending(photos[0].known_space()))

    answerer = Answerer(database, settings.masked_cap, clock)
    tools = MaskingTools(keys, PeerBook(database, clock), policy, scopes, answerer, follow)
    return MaskingErrand(database, tools, clock)


def _sending(space: FaceSpace | None) -> Sending:
    return NO_PHOTOS if space is None else Sending(space, space.photo_space(_ANY_EPOCH).text, None)
