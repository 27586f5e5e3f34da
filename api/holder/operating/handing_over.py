"""`milap holder key`: a linkage key sealed for another holder's gateway, and one that was sealed for this one."""

from pathlib import Path

from api.holder.keys.errors import HandoverError, UnconfirmedCardError
from api.holder.keys.handover import SealedKey, open_linkage_key, require_recipient, seal_linkage_key
from api.holder.keys.handover_files import read_sealed_key, write_sealed_key
from api.holder.mailing import noted
from api.holder.mailing.message_keys import MessageKey, read_or_make_message_key
from api.holder.mailing.peers import PeerBook
from api.holder.settings import HolderSettings
from api.holder.staff.accounts import OPERATOR
from api.holder.storage import audit
from api.holder.sync.request_key_file import read_request_key
from api.service.audit.entries import Entry
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.service.summaries import Summary
from api.wire.cards import PartnerCard, message_key_text
from api.wire.request_keys import RequestKey
from encoder.key_files import read_key_file, write_key_file
from encoder.sealed_files import UnlockSecret


def seal_key(
    settings: HolderSettings, database: Database, secret: UnlockSecret, partner: str, output: Path,
    file: Path | None = None, clock: Clock = utc_now,
) -> Summary:  # fmt: skip
    """Seal a linkage key for a partner whose card is confirmed here, into a file that travels beside the hub.

    Args:
        settings: the gateway's.
        database: the gateway's.
        secret: opens the gateway's own keys, and the linkage key unless the settings name another passphrase.
        partner: whom it is for, by its name at the hub.
        output: a file that does not exist.
        file: the key file; None for the one of the settings.
        clock: the gateway's clock.

    Raises:
        UnconfirmedCardError: nobody has confirmed the partner's card, or this gateway has none of its own.
        HandoverError: there is no key, or the output exists or cannot be written.
        KeyFileError: a key file does not open.
        StorageError: the database failed; nothing is left behind.
    """
    path = file or settings.linkage_key
    if path is None:
        raise HandoverError("No linkage key is set; name a key file with --key, or set linkage_key.")
    own, card = _own_card(database), _confirmed(database, partner, clock)
    request_key = _request_key(settings, secret, own)
    key = read_key_file(path, _linkage_secret(settings, secret))
    sealed = seal_linkage_key(key, own, request_key, card, clock())
    write_sealed_key(output, sealed)
    _note(database, "linkage-key-sealed", partner, sealed, output, clock)
    lines = [
        f"The linkage key of {key.domain}, epoch {key.epoch}, is sealed for {partner} in {output}.",
        key.fingerprint(),
        "Send the file past the hub; once it is opened there, compare this fingerprint on the telephone.",
    ]
    return Summary(_values(sealed, output), lines)


def open_key(
    settings: HolderSettings, database: Database, secret: UnlockSecret, file: Path, output: Path,
    clock: Clock = utc_now,
) -> Summary:  # fmt: skip
    """Open what a partner sealed for this gateway, into a key file of this gateway's own.

    Args:
        settings: the gateway's.
        database: the gateway's.
        secret: opens the gateway's own keys; the new key file, unless the settings name another passphrase for it.
        file: what the partner sealed.
        output: a file that does not exist.
        clock: the gateway's clock.

    Raises:
        UnconfirmedCardError: nobody has confirmed the sender's card, or this gateway has none of its own.
        HandoverError: the file is foreign, cut short, for another holder, or not what the sender signed.
        KeyFileError: a key file does not open, or the output exists or cannot be written.
        StorageError: the database failed; nothing is left behind.
    """
    sealed = read_sealed_key(file)
    own = _own_card(database)
    require_recipient(sealed, own)
    card = _confirmed(database, sealed.sender, clock)
    key = open_linkage_key(sealed, card, own, _message_key(settings, secret, own))
    write_key_file(output, key, _linkage_secret(settings, secret))
    _note(database, "linkage-key-opened", sealed.sender, sealed, output, clock)
    lines = [
        f"The linkage key of {key.domain}, epoch {key.epoch}, from {sealed.sender}, is in {output}.",
        key.fingerprint(),
        f"Compare this fingerprint with {sealed.sender} on the telephone before the key is used.",
    ]
    return Summary(_values(sealed, output), lines)


def _note(database: Database, what: str, partner: str, sealed: SealedKey, output: Path, clock: Clock) -> None:
    """What was done goes into the audit log, or was not done."""
    facts = {
        "domain": sealed.domain, "epoch": sealed.epoch, "key": sealed.fingerprint, "sender-card": sealed.sender_card,
        "recipient-card": sealed.recipient_card,
    }  # fmt: skip
    try:
        with database.write() as conn:
            audit.note(conn, Entry(what, OPERATOR, clock(), about=partner, facts=facts))
    except BaseException:
        output.unlink(missing_ok=True)
        raise


def _own_card(database: Database) -> PartnerCard:
    with database.read() as conn:
        own = noted.own_card(conn)
    if own is None:
        raise UnconfirmedCardError("This gateway has no card yet; it is made once the gateway talks to its hub.")
    return own.card


def _confirmed(database: Database, partner: str, clock: Clock) -> PartnerCard:
    card = PeerBook(database, clock).usable().get(partner)
    if card is None:
        raise UnconfirmedCardError(
            f"No card of {partner} is confirmed here, or the hub shows another one since; compare fingerprints on the"
            " telephone, then run `milap holder peer trust`."
        )
    return card


def _request_key(settings: HolderSettings, secret: UnlockSecret, own: PartnerCard) -> RequestKey:
    key = read_request_key(settings.request_key, secret)
    if key.public.text != own.request_key:
        raise _older_card()
    return key


def _message_key(settings: HolderSettings, secret: UnlockSecret, own: PartnerCard) -> MessageKey:
    if not settings.message_key.exists():
        raise _older_card()
    key = read_or_make_message_key(settings.message_key, secret)
    if message_key_text(key.public) != own.message_key:
        raise _older_card()
    return key


def _older_card() -> UnconfirmedCardError:
    return UnconfirmedCardError(
        "This gateway's keys are not those on its card; let it talk to its hub, and have its new card confirmed."
    )


def _linkage_secret(settings: HolderSettings, secret: UnlockSecret) -> UnlockSecret:
    other = settings.linkage_key_passphrase
    return secret if other is None else other.get_secret_value()


def _values(sealed: SealedKey, output: Path) -> dict[str, str]:
    return {
        "file": str(output), "sender": sealed.sender, "recipient": sealed.recipient, "domain": sealed.domain,
        "epoch": sealed.epoch, "fingerprint": sealed.fingerprint, "sealed_at": sealed.sealed_at.isoformat(),
    }  # fmt: skip
