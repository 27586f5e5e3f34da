"""A gateway whose hub tells of links and timelines, and people who work at it."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel

from api.holder.sync import hub_facts
from api.holder.sync.exchange import Exchange
from api.holder.sync.hub_facts import KnownHub
from api.holder.sync.line import Line
from api.holder.sync.links import LinksErrand
from api.service.database import Database
from api.wire.candidates import CandidateLevel
from api.wire.links import LinkNotice, LinkPage, LinkState, Stay, Timeline, Word, WordReceipt
from api.wire.names import new_ref
from api.wire.problems import ProblemError
from api.wire.request_keys import RequestKey
from tests.api.holder.desk import Desk
from tests.api.holder.sync.fake_hub import HUB, PARTNER, FakeHub


class FakeLinks:
    """The hub's side of links: one notice after the other, words as they came, timelines by ref."""

    def __init__(self, hub: FakeHub) -> None:
        self.hub = hub
        self.notices: list[LinkNotice] = []
        self.words: list[Word] = []
        self.receipts: dict[str, WordReceipt] = {}
        self.timelines: dict[str, Timeline] = {}
        self.refuses: str | None = None
        hub.others.append(self.answer)

    def propose(self, own_ref: str, name: str | None = None, **more: Any) -> str:
        """Another notice of a link; its name."""
        values: dict[str, Any] = {"partner": "punjab", "state": "proposed", "revision": 1, "own_version": 1, **more}
        levels = [CandidateLevel(what="child", level="agrees")]
        self.notices.append(LinkNotice(link=name or new_ref(), own_ref=own_ref, levels=levels, **values))
        return self.notices[-1].link

    def tell(self, ref: str, *stays: tuple[str, str | None, int | None, str], hidden: int = 0) -> None:
        """The timeline of a ref from now on."""
        names = ("partner", "ref", "event", "state")
        told = [Stay.model_validate(dict(zip(names, stay, strict=True))) for stay in stays]
        self.timelines[ref] = Timeline(ref=ref, stays=told, hidden=hidden)

    def answer(self, path: str, parameters: dict[str, str], body: bytes) -> BaseModel | None:
        parts = path.removeprefix("/v1/").split("/")
        if parts == ["links"]:
            return self._page(int(parameters["after"]))
        if parts[0] == "links":
            return self._word(parts[1], Word.model_validate_json(body))
        if parts[0] == "timelines":
            if parts[1] not in self.timelines:
                raise ProblemError("no-such-resource", "There is no such record.")
            return self.timelines[parts[1]]
        return None

    def _page(self, after: int) -> LinkPage:
        if after > len(self.notices):
            raise ProblemError("invalid-query", "That is no cursor of this hub.")
        items = self.notices[after : after + self.hub.page]
        end = after + len(items)
        return LinkPage(items=items, next=end, more=end < len(self.notices))

    def _word(self, link: str, word: Word) -> WordReceipt:
        if self.refuses is not None:
            raise ProblemError(self.refuses, "Refused by this test.")
        self.words.append(word)
        state: LinkState = "joined" if word.word == "same" else "separated"
        receipt = WordReceipt(id=word.id, link=link, state=state, revision=word.revision + 1)
        return self.receipts.setdefault(word.id, receipt)


class LinkedDesk(Desk):
    """A desk with a line to a hub that it trusts; the errand runs when a test says so."""

    def __init__(self, database: Database, data: Path) -> None:
        super().__init__(database, data)
        self.hub = FakeHub(self.clock)
        self.links = FakeLinks(self.hub)
        key = RequestKey.generate()
        self.hub.partner_key = key.public
        known = KnownHub("http://127.0.0.1:1", HUB, self.hub.key.public.text, PARTNER, trusted=True)
        with database.write() as conn:
            hub_facts.store(conn, known, self.clock())
        self.line = Line(database, lambda: key, self.clock, lambda url: Exchange(url, self.hub.transport()))
        self.errand = LinksErrand(database, self.clock)

    def run(self) -> None:
        """Turns of the errand until nothing is left."""
        while self.errand.run(self.line.client()):
            pass

    def found(self, number: int, office: str | None = None) -> str:
        """A found child; its ref."""
        record = {
            "record_id": f"F-{number}", "kind": "found", "name": "Rina", "age": 8, "event_date": "2026-10-01",
        }  # fmt: skip
        message = {"record": record, "source": "shelter", "office": office}
        answer = self.call("POST", "/v1/records", self.custodian, json=message)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["ref"])

    def shown(self, secret: str | None = None, query: str = "") -> list[dict[str, Any]]:
        answer = self.call("GET", f"/v1/links{query}", secret or self.custodian)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    def say(self, name: str, word: str, revision: int, secret: str) -> Any:
        message = {"word": word, "revision": revision}
        return self.call("POST", f"/v1/links/{name}/words", secret, json=message)

    def timeline(self, ref: str, secret: str | None = None) -> Any:
        return self.call("GET", f"/v1/records/{ref}/timeline", secret or self.custodian)
