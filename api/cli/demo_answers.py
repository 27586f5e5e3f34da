"""What the desk that looks for a child is answered: the same, whether its report matches or not, until the release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.cli.demo_caller import Caller, Document

RELEASES: Final = "/v1/releases"
Answer = tuple[int, Document]
"""Status and document."""


@dataclass(frozen=True)
class Answers:
    """All answers of one moment, by what was asked; `nobodys` is the one for a candidate that does not exist."""

    candidate: str
    by_path: Mapping[str, Answer]
    nobodys: Answer

    @property
    def tell_nothing(self) -> bool:
        """Whether no release is listed, and the candidate's own name reads like one that does not exist."""
        return not self.by_path[RELEASES][1]["items"] and self.by_path[f"{RELEASES}/{self.candidate}"] == self.nobodys

    def in_words(self) -> dict[str, str]:
        """The releases and the candidate for people, by what was asked."""
        shown = {"GET /v1/releases": RELEASES, "GET /v1/releases/{candidate}": f"{RELEASES}/{self.candidate}"}
        return {asked: _words(*self.by_path[path]) for asked, path in shown.items()}


def all_answers(caller: Caller, candidate: str, report: str, unknown: str) -> Answers:
    """Ask for everything that could tell of a candidate for a report; `unknown` is the name of no candidate."""
    own = [RELEASES, f"{RELEASES}/{candidate}", "/v1/worklist", "/v1/messages", f"/v1/records/{report}", "/v1/records"]
    answers = {path: caller.try_to("GET", path) for path in own}
    return Answers(candidate, answers, caller.try_to("GET", f"{RELEASES}/{unknown}"))


def _words(status: int, document: Document) -> str:
    if status >= 400:
        return f"{status} {document['type'].rpartition(':')[2]}"
    items: Sequence[Document] = document.get("items", [document])
    return "; ".join(f"{item['partner']}, {item['verdict']}, {item['state']}" for item in items) or "nothing"
