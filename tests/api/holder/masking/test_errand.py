"""Turns of the errand: what waits is looked at again, nothing is lost, and nothing is told of any one record."""

import io
import json
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest
from sqlalchemy import update

from api.holder.masking import errand as errands
from api.holder.masking.errand import PAGES_A_TURN
from api.holder.masking.noted import progress
from api.holder.storage import facts, peers
from api.holder.storage.tables import outbox
from api.holder.sync.encoding import partition_text
from api.service.logs import configure_logs
from api.wire.masked import MaskedAnswer
from api.wire.problems import ProblemError
from encoder.keys import linkage_key_from_secret_bytes
from tests.api.holder.masking.masked_hub import COARSE, MaskedGateway, MaskedHub, Partner, arrived
from tests.api.holder.sync.gateways import LINKAGE_KEY, FakeClock

NEXT_KEY = linkage_key_from_secret_bytes(bytes(range(1, 33)), "in", "2026-12")


def outcomes(hub: MaskedHub, *numbers: int) -> list[str | None]:
    return [hub.taken[number].outcome if number in hub.taken else None for number in numbers]


def test_a_partner_that_nobody_confirmed_waits_is_named_and_is_answered_as_soon_as_it_is(
    gateway: MaskedGateway, hub: MaskedHub
) -> None:
    (ref,) = arrived(gateway, [1])
    stranger = Partner()
    stranger.shows_its_card(gateway)
    number = hub.ask_about(ref)
    gateway.turns()
    gateway.turns()
    assert outcomes(hub, number) == [None]
    status = gateway.status()
    assert (status["waiting"], status["partners_to_confirm"]) == (1, ["punjab"])
    assert "milap holder peer trust" in status["problem"]
    stranger.is_confirmed_at(gateway)
    gateway.turns()
    assert outcomes(hub, number) == ["answered"]
    assert gateway.status() == {
        "answered": 1, "refused": {}, "waiting": 0, "partners_to_confirm": [], "problem": None,
    }  # fmt: skip


def test_a_partner_whose_card_the_hub_shows_differently_now_waits_again(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner
) -> None:
    (ref,) = arrived(gateway, [1])
    with gateway.database.write() as conn:
        peers.put(conn, "punjab", punjab.card, Partner(seed=b"M" * 32).card, gateway.clock())
    number = hub.ask_about(ref)
    gateway.turns()
    assert outcomes(hub, number) == [None]
    assert gateway.status()["partners_to_confirm"] == ["punjab"]


def test_what_waits_holds_up_nothing_and_is_looked_at_again_every_hour(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner, clock: FakeClock
) -> None:
    (ref,) = arrived(gateway, [1])
    waiting = [hub.ask_about(ref, partner="khulna"), hub.ask_about(ref, epoch="2026-12")]
    waiting.append(hub.ask_about(ref, profile="network-2026-11-22"))
    own = hub.ask_about(ref, partner="west-bengal")
    gateway.turns()
    assert outcomes(hub, *waiting, own) == [None, None, None, "answered"]
    hub.asked.clear()
    clock.advance(minutes=59)
    gateway.turns()
    assert hub.asked == [2**52 - own]
    clock.advance(minutes=1)
    gateway.turns()
    assert hub.asked == [2**52 - own, 0]
    assert gateway.status()["waiting"] == 3
    Partner("khulna").is_confirmed_at(gateway)
    gateway.turns()
    assert outcomes(hub, *waiting) == ["answered", None, None]
    assert (gateway.status()["waiting"], gateway.status()["partners_to_confirm"]) == (2, [])
    assert "linkage key" in gateway.status()["problem"]


def next_is_used(gateway: MaskedGateway) -> None:
    """The outbox sends under the next key as well."""
    with gateway.database.write() as conn:
        facts.put(conn, facts.NEXT_UNDER, partition_text(NEXT_KEY, COARSE), gateway.clock())


def arrived_under_next(gateway: MaskedGateway) -> None:
    """The hub has everything under the next key."""
    with gateway.database.write() as conn:
        conn.execute(update(outbox).values(next_version=outbox.c.version, next_state="arrived"))


def test_each_epoch_is_answered_under_its_own_key_once_the_record_has_arrived_in_it(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner, clock: FakeClock
) -> None:
    (ref,) = arrived(gateway, [1])
    numbers = [hub.ask_about(ref, epoch=epoch, other_ref="B" * 22) for epoch in ("2026-11", "2026-12")]
    gateway.errand = gateway.make_errand(LINKAGE_KEY, NEXT_KEY)
    gateway.turns()
    assert outcomes(hub, *numbers) == ["answered", None]
    next_is_used(gateway)
    gateway.turns()
    assert outcomes(hub, *numbers) == ["answered", None]
    arrived_under_next(gateway)
    clock.advance(hours=1)
    gateway.turns()
    assert outcomes(hub, *numbers) == ["answered", "answered"]
    assert hub.taken[numbers[0]].codes != hub.taken[numbers[1]].codes
    assert len({bytes(row["scope"]) for row in gateway.used()}) == 2
    gateway.errand = gateway.make_errand(NEXT_KEY)
    gateway.turns()
    assert len(gateway.used()) == 1


@pytest.mark.parametrize("what", ["GET /v1/masked-requests", "POST /v1/masked-answers"])
@pytest.mark.parametrize("done", [False, True])
def test_wherever_the_line_is_cut_every_answer_arrives_once_and_is_the_same(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner, what: str, done: bool
) -> None:
    refs = arrived(gateway, [1, 2, 3])
    hub.masked_page = 2
    numbers = [hub.ask_about(ref) for ref in refs for _ in range(2)]
    answer, cut = hub.answer, 0

    def cuts(request: httpx.Request) -> httpx.Response:
        nonlocal cut
        cut += f"{request.method} {request.url.path}" == what
        if f"{request.method} {request.url.path}" != what or cut % 2:
            return answer(request)
        if done:
            answer(request)
        raise httpx.ConnectError("cut", request=request)

    hub.answer = cuts  # type: ignore[method-assign]
    for _ in range(9):
        with suppress(ProblemError):
            gateway.turns()
        gateway.restart()
    assert outcomes(hub, *numbers) == ["answered"] * 6
    sent = [each for post in hub.posts for each in post.answers]
    assert len({(each.comparison, each.codes) for each in sent}) == 6
    assert len(gateway.used()) == 6


def test_it_is_noted_what_a_mask_is_used_for_before_anything_is_sent(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner
) -> None:
    (ref,) = arrived(gateway, [1])
    hub.ask_about(ref)
    noted, answer = list[int](), hub.answer

    def look(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            noted.append(len(gateway.used()))
            raise httpx.ConnectError("killed", request=request)
        return answer(request)

    hub.answer = look  # type: ignore[method-assign]
    with pytest.raises(ProblemError):
        gateway.turns()
    assert noted == [1]


def test_a_turn_takes_some_pages_and_says_that_there_are_more(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner
) -> None:
    (ref,) = arrived(gateway, [1])
    hub.masked_page = 2
    for _ in range(2 * PAGES_A_TURN + 1):
        hub.ask_about(ref)
    assert gateway.turn() is True
    assert len(hub.taken) == 2 * PAGES_A_TURN
    assert gateway.turn() is False
    assert len(hub.taken) == 2 * PAGES_A_TURN + 1


def test_an_answer_that_the_hub_does_not_take_costs_itself_only(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner
) -> None:
    (ref,) = arrived(gateway, [1])
    numbers = [hub.ask_about(ref) for _ in range(5)]
    hub.refuses_comparison = {numbers[2]}
    gateway.turns()
    assert outcomes(hub, *numbers) == ["answered", "answered", None, "answered", "answered"]
    assert gateway.status()["answered"] == 4


def test_answers_go_in_messages_of_the_size_that_the_hub_takes(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner
) -> None:
    (ref,) = arrived(gateway, [1])
    numbers = [hub.ask_about(ref) for _ in range(20)]
    hub.max_bytes = 4096 + 4000
    gateway.restart()
    gateway.turns()
    assert outcomes(hub, *numbers) == ["answered"] * 20
    assert max(len(post.model_dump_json()) for post in hub.posts) < hub.max_bytes
    assert len(hub.posts) > 2


def test_a_hub_that_does_not_know_of_masks_is_left_in_peace(
    gateway: MaskedGateway, hub: MaskedHub
) -> None:
    hub.is_older = True
    hub.answers["GET /v1/masked-requests"] = unknown
    assert gateway.turn() is False
    assert progress_of(gateway) == 0


def test_a_hub_that_forgot_the_place_is_asked_from_the_first_on(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner
) -> None:
    (ref,) = arrived(gateway, [1])
    hub.ask_about(ref)
    gateway.turns()
    number = hub.ask_about(ref)
    hub.forgotten = {progress_of(gateway)}
    with pytest.raises(ProblemError, match="no cursor"):
        gateway.turn()
    gateway.turns()
    assert outcomes(hub, number) == ["answered"]


def unknown(message: object) -> MaskedAnswer:
    raise ProblemError("no-such-resource", "There is nothing here.")


def test_after_a_restore_nothing_is_answered_before_versions_are_right_again(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner
) -> None:
    (ref,) = arrived(gateway, [1])
    number = hub.ask_about(ref)
    with gateway.database.write() as conn:
        facts.put(conn, facts.CHECK_DUE, "restored", gateway.clock())
    assert gateway.turn() is False
    assert hub.asked == []
    gateway.sync.check()
    gateway.turns()
    assert outcomes(hub, number) == ["answered"]


def test_idle_turns_write_nothing(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ref,) = arrived(gateway, [1])
    hub.ask_about(ref)
    gateway.turns()
    written = list[str]()
    monkeypatch.setattr(errands, "keep_progress", lambda *_: written.append("progress"))
    gateway.turns()
    assert written == []


def test_a_place_that_does_not_grow_ends_the_turn(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ref,) = arrived(gateway, [1])
    hub.ask_about(ref)
    taken: Callable[..., object] = hub._masked

    def stuck(*arguments: object) -> object:
        page = taken(*arguments)
        return page.model_copy(update={"next": 0, "more": True}) if hasattr(page, "more") else page

    hub.others[0] = stuck  # type: ignore[assignment]
    assert gateway.turn() is False
    assert len(hub.asked) == 1


def test_neither_log_nor_status_tells_which_records_are_asked_about(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner, clock: FakeClock
) -> None:
    refs = arrived(gateway, [1, 2])
    log = io.StringIO()
    configure_logs("holder", log)
    for each in [refs[0]] * 9 + [refs[1]]:
        hub.ask_about(each)
    hub.ask_about(refs[0], partner="khulna")
    hub.ask_about(refs[0], version=9)
    gateway.turns()
    told = log.getvalue() + json.dumps(gateway.status())
    with gateway.database.read() as conn:
        told += repr(progress(conn))
    assert all(ref not in told for ref in refs)
    assert all(answer.codes not in told for answer in hub.taken.values() if answer.codes)
    assert "count=" not in log.getvalue()


def progress_of(gateway: MaskedGateway) -> int:
    with gateway.database.read() as conn:
        return progress(conn).cursor
