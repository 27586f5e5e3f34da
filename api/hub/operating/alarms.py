"""`milap hub alarm …` and `milap hub quota …`: what looks like probing, and what partners may enter a day."""

from collections.abc import Callable

from sqlalchemy import Connection

from api.hub.probing.freeing import free
from api.hub.settings import HubSettings
from api.hub.storage import alarms, partners, quotas
from api.hub.storage.alarms import CLEARED, OPEN, STOP, UPHELD, Alarm
from api.hub.storage.audit import note
from api.hub.storage.counters import RECORDS, hold
from api.hub.storage.quotas import Quota
from api.service.audit.entries import Entry
from api.service.clock import Clock
from api.service.database import Database
from api.service.summaries import Summary, table
from matcher.errors import InputError

PAGE = 50
OPERATOR = "hub-operator"


def listing(database: Database, every: bool, before: int | None, limit: int = PAGE) -> Summary:
    """Open alarms, the newest first, or all; a page of them that begins below a number."""
    with database.read() as conn:
        found = alarms.every_alarm(conn, None if every else OPEN, before, limit)
    rows = [_values(alarm) for alarm in found]
    keys = ("alarm", "partner", "kind", "effect", "state", "records", "raised_at")
    following = found[-1].id if len(found) == limit else None
    lines = table([list(keys), *([str(row[key]) for key in keys] for row in rows)]) if rows else ["No alarm."]
    if following is not None:
        lines.append(f"More with --before {following}.")
    return Summary({"alarms": rows, "before": following}, lines)


def show(database: Database, alarm_id: int) -> Summary:
    """One alarm; InputError when there is none of the number."""
    with database.read() as conn:
        values = _values(_alarm(conn, alarm_id))
    return Summary(values, table([[key, str(value)] for key, value in values.items() if value is not None]))


def clear(database: Database, settings: HubSettings, alarm_id: int, clock: Clock) -> Summary:
    """Let the records of an alarm be shown again; InputError when there is none of the number."""
    def work(conn: Connection, alarm: Alarm) -> None:
        alarms.change(conn, alarm_id, clock(), state=CLEARED, until=None)
        free(conn, alarm_id, clock(), settings.within_country)

    alarm = _settled(database, alarm_id, CLEARED, clock, work)
    line = f"Alarm {alarm_id} is cleared: its {alarm.records:,} records are matched and shown like others again."
    return Summary({"alarm": alarm_id, "state": CLEARED, "records": alarm.records}, [line])


def uphold(database: Database, alarm_id: int, clock: Clock) -> Summary:
    """Stop the records of an alarm for good; InputError when there is none of the number."""
    def work(conn: Connection, alarm: Alarm) -> None:
        alarms.change(conn, alarm_id, clock(), state=UPHELD, effect=STOP, until=None)

    alarm = _settled(database, alarm_id, UPHELD, clock, work)
    line = f"Alarm {alarm_id} is upheld: its {alarm.records:,} records stay stopped, and so do those that join them."
    return Summary({"alarm": alarm_id, "state": UPHELD, "records": alarm.records}, [line])


def set_quota(database: Database, name: str, quota: Quota, clock: Clock) -> Summary:
    """What a partner may enter a day; what is None goes by the hub's settings. InputError for an unknown partner."""
    def work(conn: Connection) -> None:
        partner = partners.by_name(conn, name)
        if partner is None:
            raise InputError("There is no partner of this name; `milap hub partner list` shows them.")
        quotas.put(conn, partner.id, quota, clock())
        facts: dict[str, str | int | None] = dict(vars(quota))
        note(conn, Entry("partner-quota-set", OPERATOR, clock(), about=name, facts=facts))

    database.retrying(work)
    return Summary({"partner": name, **vars(quota)}, [f"{name}: {_told(quota)}."])


def quota_listing(database: Database, settings: HubSettings) -> Summary:
    """The quotas of the settings, and of every partner that has others."""
    usual = Quota(settings.quota_officer_day, settings.quota_office_day, settings.quota_holder_day)
    with database.read() as conn:
        own = quotas.by_partner_name(conn)
    rows = [{"partner": name, **vars(quota)} for name, quota in own.items()]
    lines = [f"By the settings: {_told(usual)}.", *(f"{name}: {_told(quota)}." for name, quota in own.items())]
    return Summary({"settings": vars(usual), "partners": rows}, lines)


def _settled(
    database: Database, alarm_id: int, state: str, clock: Clock, work: Callable[[Connection, Alarm], None]
) -> Alarm:
    """Bring an alarm into a state, with its entry in the audit log; one that is there already stays as it is."""
    def settle(conn: Connection) -> Alarm:
        # What the matcher finds meanwhile waits: records that join an alarm are stopped or free, and never between.
        hold(conn, RECORDS)
        alarm = _alarm(conn, alarm_id)
        if alarm.state != state:
            work(conn, alarm)
            facts: dict[str, str | int | None] = {"alarm": alarm_id, "kind": alarm.kind, "records": alarm.records}
            note(conn, Entry(f"alarm-{state}", OPERATOR, clock(), about=alarm.partner, facts=facts))
        return alarm

    return database.retrying(settle)


def _alarm(conn: Connection, alarm_id: int) -> Alarm:
    alarm = alarms.by_number(conn, alarm_id)
    if alarm is None:
        raise InputError("There is no alarm of this number; `milap hub alarm list --all` shows them.")
    return alarm


def _values(alarm: Alarm) -> dict[str, object]:
    return {
        "alarm": alarm.id, "partner": alarm.partner, "kind": alarm.kind, "effect": alarm.effect, "state": alarm.state,
        "records": alarm.records, "raised_at": alarm.raised_at.isoformat(timespec="seconds"),
        "changed_at": alarm.changed_at.isoformat(timespec="seconds"),
        "until": None if alarm.until is None else alarm.until.isoformat(timespec="seconds"),
    }  # fmt: skip


def _told(quota: Quota) -> str:
    parts = (("officer", quota.officer_day), ("office", quota.office_day), ("holder", quota.holder_day))
    return ", ".join(f"{limit:,} records a day of one {who}" for who, limit in parts if limit) or "as the settings say"
