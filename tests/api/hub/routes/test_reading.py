"""What a gateway may ask of the hub: who it is, its policy, the caller's own holdings; and the API's description."""

from datetime import date

from api.hub.registry.arrangements import add_agreement
from api.hub.storage import partitions
from api.wire.names import new_ref
from api.wire.partners import HubIdentity, Policy
from tests.api.hub.gateways import HUB, HUB_KEY, KEY_CHECK, Exchange, erase, put, withdraw
from tests.api.service.requests_to import ask, problem_in


def test_the_hub_says_who_it_is_to_anyone(exchange: Exchange) -> None:
    identity = HubIdentity.model_validate(ask(exchange.app, "GET", "/v1/hub").json())
    assert (identity.hub, identity.public_key) == (HUB, HUB_KEY.public.text)
    assert identity.time == exchange.clock()


def test_a_policy_tells_partitions_and_the_callers_own_agreements_only(exchange: Exchange) -> None:
    number = exchange.partition()
    exchange.partition(epoch="2026-12")
    with exchange.database.write() as conn:
        partitions.close(conn, number)
    bengal = exchange.partner("bengal")
    for name in ("khulna", "punjab"):
        exchange.partner(name)
    with exchange.database.write() as conn:
        for sides in (("khulna", "bengal"), ("khulna", "punjab")):
            add_agreement(conn, *sides, "MoU", date(2026, 1, 1), date(2026, 12, 31), exchange.clock())
    policy = Policy.model_validate(bengal.get("/v1/policy").json())
    assert (policy.hub, policy.partner, policy.max_bytes) == (HUB, "bengal", exchange.settings.max_body_bytes)
    assert [(p.epoch, p.state, p.key_check) for p in policy.partitions] == [
        ("2026-11", "closed", KEY_CHECK), ("2026-12", "open", KEY_CHECK),
    ]  # fmt: skip
    assert [p.photo_space for p in policy.partitions] == [None, None]
    assert [(a.partner, a.in_force) for a in policy.agreements] == [("khulna", True)]


def test_holdings_count_and_list_the_callers_records_by_ref(exchange: Exchange) -> None:
    exchange.partition()
    exchange.partition(epoch="2026-12")
    bengal, punjab = exchange.partner("bengal"), exchange.partner("punjab")
    refs = [new_ref() for _ in range(5)]
    punjab.submit(put(new_ref()))
    bengal.submit(*(put(ref, seed=at) for at, ref in enumerate(refs)))
    bengal.submit(put(refs[0], 4), epoch="2026-12")
    bengal.submit(withdraw(refs[1], 2), erase(refs[2], 2))
    states = {refs[1]: "withdrawn", refs[2]: "erased"}
    expected = {
        ref: {"ref": ref, "state": states.get(ref, "active"), "version": {0: 4, 1: 2, 2: 2}.get(at, 1)}
        for at, ref in enumerate(refs)
    }
    found, after = [], ""
    while True:
        page = bengal.get(f"/v1/holdings?limit=2{after}").json()
        assert page["counts"] == {"active": 3, "withdrawn": 1, "erased": 1}
        found += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert {item["ref"]: item for item in found} == expected
    assert len(found) == 5
    assert problem_in(bengal.get("/v1/holdings?after=no-ref")) == "invalid-query"


def test_the_description_of_the_api_holds_items_and_problems(exchange: Exchange) -> None:
    document = ask(exchange.app, "GET", "/v1/openapi.json").json()
    schemas = document["components"]["schemas"]
    assert schemas["Submission"]["properties"]["items"]["items"] == {"$ref": "#/components/schemas/Item"}
    assert {"PutItem", "WithdrawItem", "EraseItem", "EncodedRow", "Enrolment", "Problem"} <= set(schemas)
    assert "urn:milap:problem:key-mismatch" in schemas["Problem"]["properties"]["type"]["enum"]
    paths = {"/v1/hub", "/v1/enrolments", "/v1/policy", "/v1/submissions", "/v1/holdings", "/v1/candidates"}
    assert paths <= set(document["paths"])
    for path in paths:
        for operation in document["paths"][path].values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
    references = _references(document)
    assert references
    assert all(reference.rsplit("/", 1)[1] in schemas for reference in references)


def _references(part: object) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*(_references(value) for value in part.values()))
    return set().union(*(_references(value) for value in part)) if isinstance(part, list) else set()


def test_ready_when_database_and_matcher_are(exchange: Exchange) -> None:
    assert ask(exchange.app, "GET", "/healthz").json() == {"status": "ok"}
    assert ask(exchange.app, "GET", "/readyz").status_code == 200
    exchange.matcher.reasons = ["The index is being loaded."]
    assert problem_in(ask(exchange.app, "GET", "/readyz")) == "not-ready"
