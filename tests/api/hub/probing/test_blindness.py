"""A prober is told nothing: what the hub answers depends on no alarm."""

from typing import Any

from api.hub.matching.options import MatchingOptions
from api.hub.matching.worker import Matcher
from api.hub.probing.rules import ScreeningRules
from api.hub.storage.kinship_tables import alarms
from api.wire.names import new_ref
from tests.api.hub.gateways import Exchange, Gateway, put, withdraw


def answers(exchange: Exchange, gateway: Gateway, seeds: list[int]) -> list[Any]:
    """What a gateway hears that files one record after the other, each matched before the next; without refs."""
    options = MatchingOptions(exchange.settings.data / "index", screening=ScreeningRules(odd_hours_allowed=2))
    matcher, heard, refs = Matcher(exchange.database, options, clock=exchange.clock), [], []
    for seed in seeds:
        refs.append(new_ref())
        heard.append(gateway.submit(put(refs[-1], kind="missing", seed=seed, officer="O" * 22)))
        heard.append(gateway.submit(put(refs[-1], kind="missing", seed=seed, officer="O" * 22)))
        while matcher.step():
            pass
        heard.append(gateway.get("/v1/holdings"))
    heard.append(gateway.submit(withdraw(refs[0], 2)))
    heard.append(gateway.get("/v1/candidates"))
    return [(answer.status_code, _without(answer.text, refs)) for answer in heard]


def _without(text: str, refs: list[str]) -> str:
    for ref in refs:
        text = text.replace(ref, "ref")
    return text


def test_receipts_and_holdings_say_nothing_of_alarms(exchange: Exchange) -> None:
    exchange.partition()
    honest, prober = exchange.partner("honest"), exchange.partner("prober")
    first = answers(exchange, honest, [1, 2, 3, 4, 5, 6])
    assert exchange.count(alarms) == 0
    second = answers(exchange, prober, [7] * 6)
    assert exchange.count(alarms) == 1
    assert second == first
