"""The exchange with the hub, put together from settings."""

from api.holder.mailing.message_keys import MessageKey, read_or_make_message_key
from api.holder.photos.reader import SharedReader
from api.holder.photos.reading_errand import ReadingErrand
from api.holder.settings import HolderSettings
from api.holder.sync.encoding import ItemMaker
from api.holder.sync.errand_list import make_errands
from api.holder.sync.errands import Errand
from api.holder.sync.line import Line
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
        secret: opens the linkage key, the request key and the message key.
        clock: the gateway's clock.
        photo_reader: reads the photos that nothing has read; closed by whoever made it. None leaves them unread.

    Raises:
        InputError: there is no such profile, or the linkage key or the face space cannot be read.
    """
    def own_key() -> RequestKey | None:
        return _request_key(settings, secret)

    def message_key() -> MessageKey:
        return read_or_make_message_key(settings.message_key, secret)

    line = Line(database, own_key, clock, url=settings.hub_url)
    notifier = Notifier(database, notice_settings(settings, line), clock, vault=vault)
    maker = item_maker(settings, database, vault, secret)
    pictures: list[Errand] = []
    if photo_reader is not None and photo_reader.is_on:
        pictures.append(ReadingErrand(database, vault, photo_reader, clock, photo_space_of(settings)))
    if maker is not None and maker.photos is not None:
        pictures.append(PhotoSpaceErrand(maker.photos, PhotoFollower(database, vault, clock), line.policy))
    errands = make_errands(settings, database, vault, own_key, message_key, clock, pictures)
    return Sync(
        database, vault, line, maker, notifier, errands=errands, poll_seconds=settings.poll_seconds,
        errand_seconds=settings.errand_seconds, clock=clock,
    )


def item_maker(settings: HolderSettings, database: Database, vault: Vault, secret: UnlockSecret) -> ItemMaker | None:
    """What makes items of records; None without a linkage key. InputError as `make_sync`."""
    profile = profile_named(settings.profile)
    space = photo_space_of(settings)
    if settings.linkage_key is None:
        return None
    other = settings.linkage_key_passphrase
    key = read_key_file(settings.linkage_key, secret if other is None else other.get_secret_value())
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
