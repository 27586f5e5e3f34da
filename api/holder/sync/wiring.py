"""The exchange with the hub, put together from settings."""

from pathlib import Path

from pydantic import SecretStr

from api.holder.mailing.message_keys import read_or_make_message_key
from api.holder.mailing.own_card import Keys
from api.holder.masking.masking_keys import read_or_make_masking_key
from api.holder.masking.wiring import make_masking_errand
from api.holder.photos.reader import SharedReader
from api.holder.photos.reading_errand import ReadingErrand
from api.holder.settings import HolderSettings
from api.holder.sync.encoding import ItemMaker
from api.holder.sync.errand_list import make_errands
from api.holder.sync.errands import Errand
from api.holder.sync.line import Line
from api.holder.sync.next_key import require_next
from api.holder.sync.notify import Notifier
from api.holder.sync.photo_codes import PhotoCodes, Sending
from api.holder.sync.photo_errand import PhotoSpaceErrand
from api.holder.sync.photo_following import PhotoFollower
from api.holder.sync.records import records_of
from api.holder.sync.request_key_file import read_request_key
from api.holder.sync.service import Sync
from api.holder.sync.telling import NoticeSettings
from api.holder.vault.vault import Vault
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.wire.request_keys import RequestKey
from encoder.faces.space import FaceSpace
from encoder.faces.space_file import read_space
from encoder.key_files import read_key_file
from encoder.keys import LinkageKey
from encoder.sealed_files import UnlockSecret
from matcher.profile import profile_named
from matcher.views import View


def make_sync(
    settings: HolderSettings, database: Database, vault: Vault, secret: UnlockSecret, clock: Clock = utc_now,
    photo_reader: SharedReader | None = None,
) -> Sync:  # fmt: skip
    """The exchange of a gateway.

    Args:
        settings: the gateway's.
        database: the gateway's, with the tables of this release.
        vault: the gateway's.
        secret: opens the linkage key, the request key, the message key and the masking key.
        clock: the gateway's clock.
        photo_reader: reads the photos that nothing has read; closed by whoever made it. None leaves them unread.

    Raises:
        InputError: there is no such profile, or a linkage key or the face space cannot be read.
        NextKeyError: the next linkage key cannot follow the present one.
    """
    def own_key() -> RequestKey | None:
        return _request_key(settings, secret)

    keys = Keys(
        own_key, lambda: read_or_make_message_key(settings.message_key, secret),
        lambda: read_or_make_masking_key(settings.masking_key, secret),
    )  # fmt: skip
    line = Line(database, own_key, clock, url=settings.hub_url)
    notifier = Notifier(database, notice_settings(settings, line), clock, vault=vault)
    maker = item_maker(settings, database, vault, secret)
    next_maker = next_item_maker(settings, database, vault, secret, maker)
    others: list[Errand] = []
    if photo_reader is not None and photo_reader.is_on:
        others.append(ReadingErrand(database, vault, photo_reader, clock, photo_space_of(settings)))
    if maker is not None and maker.photos is not None:
        others.append(PhotoSpaceErrand(maker.photos, PhotoFollower(database, vault, clock), line.policy))
    if next_maker is not None and next_maker.photos is not None:
        follower = PhotoFollower(database, vault, clock, ahead=True)
        others.append(PhotoSpaceErrand(next_maker.photos, follower, line.policy))
    linkage_keys = [each.key for each in (maker, next_maker) if each is not None]
    space = photo_space_of(settings)
    masking = make_masking_errand(settings, database, vault, keys, linkage_keys, space, line.policy, clock)
    others += [] if masking is None else [masking]
    errands = make_errands(settings, database, vault, keys, clock, others)
    return Sync(
        database, vault, line, maker, notifier, next_maker=next_maker, errands=errands,
        poll_seconds=settings.poll_seconds, errand_seconds=settings.errand_seconds, clock=clock,
    )  # fmt: skip


def item_maker(settings: HolderSettings, database: Database, vault: Vault, secret: UnlockSecret) -> ItemMaker | None:
    """What makes items of records; None without a linkage key. InputError as `make_sync`."""
    profile_named(settings.profile)
    if settings.linkage_key is None:
        photo_space_of(settings)
        return None
    key = _linkage_key(settings.linkage_key, settings.linkage_key_passphrase, secret)
    return _maker(settings, database, vault, key)


def next_item_maker(
    settings: HolderSettings, database: Database, vault: Vault, secret: UnlockSecret, present: ItemMaker | None
) -> ItemMaker | None:
    """The same under the next linkage key, while two overlap; None when none is set.

    Raises:
        InputError: as `make_sync`.
        NextKeyError: it cannot follow the key of `present`.
    """
    if settings.next_linkage_key is None:
        return None
    key = _linkage_key(settings.next_linkage_key, settings.next_linkage_key_passphrase, secret)
    require_next(None if present is None else present.key, key)
    return _maker(settings, database, vault, key)


def _linkage_key(file: Path, passphrase: SecretStr | None, secret: UnlockSecret) -> LinkageKey:
    return read_key_file(file, secret if passphrase is None else passphrase.get_secret_value())


def _maker(settings: HolderSettings, database: Database, vault: Vault, key: LinkageKey) -> ItemMaker:
    profile, space = profile_named(settings.profile), photo_space_of(settings)
    if View.PHOTO not in profile:
        return ItemMaker(key, profile, records_of(vault))
    maker = ItemMaker(key, profile, records_of(vault), PhotoCodes(database, vault, key, profile, space))
    if space is not None:
        # Whether it fits the profile is known now, and not when the first record goes out.
        maker.send_photos(Sending(space, None, None))
    return maker


def photo_space_of(settings: HolderSettings) -> FaceSpace | None:
    """The face space that the settings name; None for the uncentred one. SpaceFileError when it cannot be used."""
    return None if settings.photo_space is None else read_space(settings.photo_space)


def notice_settings(settings: HolderSettings, line: Line) -> NoticeSettings:
    """Whom to tell of new candidates, and how."""
    hub = line.known()
    return NoticeSettings(
        gateway="" if hub is None else hub.partner,
        address=settings.callback_url or f"http://{settings.host}:{settings.port}",
        smtp_host=settings.smtp_host,
        smtp_port=settings.smtp_port,
        smtp_from=settings.smtp_from,
        smtp_starttls=settings.smtp_starttls,
        emails=tuple(settings.notify_email),
        webhook=settings.notify_webhook,
        escalations=tuple(settings.escalation_email),
    )


def _request_key(settings: HolderSettings, secret: UnlockSecret) -> RequestKey | None:
    """None before the gateway has enrolled, which it may do while it runs."""
    return read_request_key(settings.request_key, secret) if settings.request_key.exists() else None
