"""`milap holder sync` and `status`."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from api.holder.sync.reconcile import Comparison
from api.holder.sync.service import Sync
from api.holder.sync.status import exchange_status
from api.service.database import Database
from api.service.summaries import Summary
from api.wire.problems import ProblemError


def sync_once(sync: Sync, check: bool, progress: Callable[[int], None]) -> Summary:
    """Send what waits and take what is new, once; with `check` compare with what the hub holds before.

    Args:
        sync: the exchange, not started.
        check: whether to compare.
        progress: called with the number of records just compared or sent.

    Raises:
        ProblemError: the hub took or gave nothing; everything waits on.
    """
    comparison = sync.check(progress) if check else None
    sent, first = sync.status()["arrived"], True
    while sync.step_out(at_once=first):
        first = False
        arrived = sync.status()["arrived"]
        progress(max(0, arrived - sent))
        sent = arrived
    status = sync.status()
    _raise_problem(sync.out.problem() if status["waiting"] else None)
    _raise_problem(status["next_key"] and status["next_key"]["problem"])
    first = True
    while sync.step_in(at_once=first):
        first = False
    _raise_problem(sync.into.problem())
    first = True
    while sync.step_about(at_once=first):
        first = False
    _raise_problem(sync.about.problem())
    status = sync.status()
    lines = [*_compared(comparison), status["summary"], *_next_key(status["next_key"]), *_refused(status)]
    values = {**status, "comparison": None if comparison is None else asdict(comparison)}
    return Summary(values, lines, rejected=bool(status["refused"]))


def status(database: Database) -> Summary:
    """How the exchange with the hub stands; needs no key."""
    found = exchange_status(database)
    hub = "no hub" if found["hub"] is None else f"hub {found['hub']} as {found['partner']}"
    lines = [
        f"Enrolled at {hub}{'' if found['trusted'] else ', not confirmed'}.",
        f"{found['summary']}; {found['waiting']:,} waiting, {found['refused']:,} refused.",
        f"Oldest waiting since: {found['oldest_waiting'] or '-'}",
        f"Last contact: {found['last_contact'] or '-'}",
    ]
    lines += _next_key(found["next_key"])
    if found["problem"]:
        lines.append(f"Stands still since {found['problem']['since']}: {found['problem']['detail']}")
    if found["audit_alarm"]:
        alarm = found["audit_alarm"]
        lines.append(f"ERROR, audit log of {alarm['log']}, since {alarm['since']}: {alarm['detail']}")
    return Summary(found, [*lines, *_mail(found["mail"]), *_photos(found["photos"]), *_masked(found["masked"])])


def _next_key(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return []
    total = found["waiting"] + found["arrived"] + found["refused"]
    line = f"Under the next linkage key, epoch {found['epoch']}: {found['arrived']:,} of {total:,} arrived"
    lines = [f"{line}, {found['waiting']:,} waiting, {found['refused']:,} refused."]
    if found["problem"]:
        lines.append(f"  Stands still since {found['problem']['since']}: {found['problem']['detail']}")
    return lines


def _mail(found: dict[str, Any]) -> list[str]:
    lines = []
    if found["own_card_replaced_since"]:
        lines.append(
            f"ERROR, the hub shows another card for this gateway since {found['own_card_replaced_since']}, and no"
            " messages are exchanged; call the hub's operator, then run `milap holder peer publish`."
        )
    if found["cards_to_confirm"]:
        names = ", ".join(found["cards_to_confirm"])
        lines.append(f"Cards to compare on the telephone and to confirm with `milap holder peer trust`: {names}.")
    if found["contact_desk_missing"]:
        lines.append("No contact_desk is set: partners are not told whom to call after a release.")
    return lines


def _photos(found: dict[str, Any]) -> list[str]:
    if not found["kept"]:
        return []
    sent = "codes are sent" if found["codes_sent"] else "no codes are sent"
    lines = [f"{found['kept']:,} photos, {found['usable']:,} usable, {found['unread']:,} not read yet; {sent}."]
    return [*lines, *([f"Photos: {found['problem']}"] if found["problem"] else [])]


def _masked(found: dict[str, Any]) -> list[str]:
    refused = sum(found["refused"].values())
    if not (found["answered"] or refused or found["waiting"]):
        return []
    waiting = f"{found['waiting']:,} waiting"
    if found["partners_to_confirm"]:
        waiting += f", for cards of: {', '.join(found['partners_to_confirm'])}"
    lines = [f"{found['answered']:,} comparisons under masks answered, {refused:,} refused, {waiting}."]
    return [*lines, *([f"Masked comparison: {found['problem']}"] if found["problem"] else [])]


def _raise_problem(problem: dict[str, Any] | None) -> None:
    if problem is not None:
        raise ProblemError(problem["kind"], problem["detail"])


def _refused(status: dict[str, Any]) -> list[str]:
    number = status["refused"]
    return [f"{number:,} refused; each record's `sharing` in the API says why."] if number else []


def _compared(found: Comparison | None) -> list[str]:
    if found is None:
        return []
    lines = [
        f"{found.here:,} records here, {found.at_hub:,} at the hub; {found.queued:,} to be sent again,"
        f" {found.raised:,} under a later version."
    ]
    if found.held:
        lines.append(f"{found.held:,} were withdrawn or erased at the hub after the backup and are not shared again.")
    if found.damaged:
        lines.append(f"{found.damaged:,} do not open; restore them from a backup or enter them again.")
    if found.unknown:
        lines.append(f"{found.unknown:,} at the hub are not here, as of after a backup; enter them again.")
    return lines
