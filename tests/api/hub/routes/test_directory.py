"""The directory at the hub: what partners say of themselves, and who reads it."""

from typing import Any

import pytest

from api.hub.registry.arrangements import add_agreement, end_agreement
from api.hub.storage.partner_tables import directory
from tests.api.hub.gateways import START, Exchange, Gateway, body_of
from tests.api.service.organisations import entry
from tests.api.service.requests_to import problem_in


def publish(gateway: Gateway, *parts: Any, **more: Any) -> None:
    answer = gateway.send("PUT", "/v1/directory/me", body_of(entry(*parts, **more)))
    assert (answer.status_code, answer.json()) == (200, {"listed": True})


def listed(gateway: Gateway, query: str = "") -> list[str]:
    return [each["partner"] for each in gateway.get(f"/v1/directory{query}").json()["items"]]


def test_partners_find_each_other(exchange: Exchange) -> None:
    bihar, dhaka = exchange.partner("bihar"), exchange.partner("dhaka", "BD")
    publish(bihar, "shelter", "Asha", ("India", "Bihar", "Gaya"), services=["shelter"], capacity=40)
    publish(dhaka, "police", "Dhaka Sadar", ("Bangladesh", "Dhaka"), languages=["Bangla"])
    assert listed(bihar) == ["bihar", "dhaka"]
    assert listed(bihar, "?kind=police") == ["dhaka"]
    assert listed(dhaka, "?country=INDIA&state=bihar&district=ga%20ya&service=shelter") == ["bihar"]
    assert listed(dhaka, "?language=bangla&q=SADAR") == ["dhaka"]
    shown = dhaka.get("/v1/directory").json()["items"][0]
    assert (shown["country"], shown["entry"]["capacity"], shown["agreement"]) == ("IN", 40, None)


def test_an_entry_is_replaced_and_taken_out(exchange: Exchange) -> None:
    bihar = exchange.partner("bihar")
    publish(bihar, title="Asha")
    publish(bihar, title="Asha Home")
    assert bihar.get("/v1/directory").json()["items"][0]["entry"]["title"] == "Asha Home"
    assert bihar.send("DELETE", "/v1/directory/me").json() == {"listed": False}
    assert bihar.send("DELETE", "/v1/directory/me").json() == {"listed": False}
    assert listed(bihar) == []


def test_the_same_entry_again_keeps_its_moment(exchange: Exchange) -> None:
    bihar = exchange.partner("bihar")
    publish(bihar)
    exchange.clock.advance(days=1)
    publish(bihar)
    assert [row["changed_at"] for row in exchange.rows(directory)] == [START]


def test_only_active_partners_are_listed(exchange: Exchange) -> None:
    bihar, dhaka = exchange.partner("bihar"), exchange.partner("dhaka", "BD")
    publish(bihar)
    publish(dhaka)
    exchange.set_state("dhaka", "suspended")
    assert listed(bihar) == ["bihar"]
    assert problem_in(dhaka.send("PUT", "/v1/directory/me", body_of(entry()))) == "partner-suspended"


def test_pages_go_by_name_and_end(exchange: Exchange) -> None:
    names = ["alpha", "alpha-2", "alpha2", "beta", "gamma"]
    gateways = [exchange.partner(name) for name in names]
    for gateway in gateways:
        publish(gateway)
    seen, query = list[str](), "?limit=2"
    while query:
        page = gateways[0].get(f"/v1/directory{query}").json()
        seen += [each["partner"] for each in page["items"]]
        query = f"?limit=2&after={page['next']}" if page["next"] else ""
    assert seen == sorted(names)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"kind": "zoo"}, {"title": ""}, {"title": "x" * 201}, {"title": "a\u0000b"}, {"districts": []},
        {"capacity": -1}, {"capacity": "40"}, {"services": ["magic"]}, {"email": "x"}, {"contact_desk": {}},
        {"districts": [{"country": "India"}] * 1001},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_nothing_stored(exchange: Exchange, spoilt: dict[str, Any]) -> None:
    bihar = exchange.partner("bihar")
    answer = bihar.send("PUT", "/v1/directory/me", body_of({**entry(), **spoilt}))
    assert problem_in(answer) == "invalid-body"
    assert exchange.count(directory) == 0


def test_a_question_that_does_not_fit(exchange: Exchange) -> None:
    bihar = exchange.partner("bihar")
    for query in ("?kind=zoo", "?limit=0", "?after=%00", f"?q={'x' * 101}"):
        assert problem_in(bihar.get(f"/v1/directory{query}")) == "invalid-query"
    assert problem_in(bihar.get("/v1/next-step?found_country=India")) == "invalid-query"


def test_the_next_step_names_the_agreement_in_force(exchange: Exchange) -> None:
    dhaka, gaya = exchange.partner("dhaka", "BD"), exchange.partner("gaya")
    publish(gaya, "child_welfare_committee", "Committee of Gaya", ("India", "Bihar", "Gaya"))
    query = "?found_country=Bangladesh&found_district=Dhaka&home_country=india&home_state=BIHAR&home_district=gaya"
    (item,) = dhaka.get(f"/v1/next-step{query}").json()["items"]
    assert (item["reasons"], item["organisation"]["agreement"]) == (["committee_of_home"], None)
    today = START.date()
    with exchange.database.write() as conn:
        days = [(today.replace(month=10), today.replace(month=12)), (today.replace(month=9), today.replace(year=2027))]
        made = [
            add_agreement(conn, "dhaka", "gaya", f"MoU {number}", *span, START) for number, span in enumerate(days)
        ]
    (item,) = dhaka.get(f"/v1/next-step{query}").json()["items"]
    assert item["organisation"]["agreement"] == {"document": "MoU 1", "until": "2027-11-21"}
    with exchange.database.write() as conn:
        for agreement in made:
            end_agreement(conn, agreement.id, START)
    (item,) = dhaka.get(f"/v1/next-step{query}").json()["items"]
    assert item["organisation"]["agreement"] is None


def test_nobody_sees_the_agreements_of_others(exchange: Exchange) -> None:
    exchange.partner("dhaka", "BD")
    gaya, other = exchange.partner("gaya"), exchange.partner("other")
    publish(gaya)
    with exchange.database.write() as conn:
        add_agreement(conn, "dhaka", "gaya", "MoU", START.date(), START.date().replace(year=2027), START)
    assert other.get("/v1/directory").json()["items"][0]["agreement"] is None
