"""The page: complete in itself, and nothing in it that somebody else wrote as markup."""

import re
from functools import cache
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from api.hub.reporting.html import page
from api.hub.reporting.pages import report_page
from tests.api.hub.reporting.samples import DIGEST, EVIL, collected, full, older

VOID = {"meta", "br"}
PICTURES = ("drift", "freshness", "worklists", "weights", "corridors", "calibration", "views", "stages")


class Read(HTMLParser):
    """Elements with their attributes, and the text of the page, once every element was closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def count(self, tag: str) -> int:
        """How many elements of a name there are."""
        return sum(name == tag for name, _ in self.elements)


@cache
def of_two_runs() -> str:
    """A page of a run that has everything, and of one from before the report had more than counts."""
    return report_page({"runs": [full(), older(run=7, domain=EVIL)]})


def test_nothing_runs_and_nothing_is_fetched() -> None:
    text = of_two_runs()
    read = Read(text)
    assert read.count("script") == read.count("link") == read.count("img") == read.count("iframe") == 0
    attributes = {name for _, attributes in read.elements for name in attributes}
    assert not {name for name in attributes if name.startswith("on") or name in ("src", "href", "xlink:href")}
    assert re.findall(r"https?:|//[a-z]|@import|url\((?!#)", text) == []


def test_what_others_wrote_is_text() -> None:
    text = of_two_runs()
    assert "<script" not in text
    read = Read(text)
    assert sum(EVIL in part for part in read.texts) >= 4
    assert any("पुलिस, बिहार" in part for part in read.texts)


def test_every_part_has_its_picture_with_a_title_and_a_description() -> None:
    pictures = re.findall(r"<svg .*?</svg>", of_two_runs(), flags=re.DOTALL)
    names = []
    for picture in pictures:
        root = ElementTree.fromstring(picture.replace(" xlink:href", " href"))
        title, description = root[0], root[1]
        assert (title.tag, description.tag) == ("title", "desc")
        assert title.text
        assert description.text
        assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        names.append(title.get("id", "").removeprefix("run42-").removesuffix("-title"))
    assert tuple(names) == PICTURES


def test_names_of_parts_are_used_once_and_found() -> None:
    read = Read(of_two_runs())
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#(.*?)\)", of_two_runs())) <= set(ids)


def test_every_chart_has_a_table_beside_it() -> None:
    read = Read(of_two_runs())
    assert read.count("table") >= len(PICTURES)
    text = " ".join(read.texts)
    for shown in ("1,204,311", "1.1 billion", "12 min 34 s", "48,200", "BD → IN", DIGEST, "8,000", "31 days", "0.3 %"):
        assert shown in text, shown


def test_alarms_stand_before_all_figures() -> None:
    text = of_two_runs()
    alarm = text.index("Look before you trust this run: 5 alarms.")
    assert alarm < text.index("Possible candidates: 48,200, after 21,000 in run 41.") < text.index("<dl")
    assert "Nothing speaks against this run." in text


def test_numbers_stand_on_the_right() -> None:
    page_of_one = Read(of_two_runs())
    numbers = [attributes for tag, attributes in page_of_one.elements if tag == "td" and attributes.get("class")]
    assert len(numbers) > 100


def test_without_a_run_the_page_says_how_to_get_one() -> None:
    assert "<code>milap hub crossmatch</code> runs one" in page({"runs": []})


@pytest.mark.parametrize("key", ["weights", "corridors", "calibration", "freshness", "coverage", "worklists", "drift"])
def test_a_part_that_is_not_there_is_left_out(key: str) -> None:
    text = page({"runs": [older(collected={key: collected()[key]})]})
    assert text.count("<svg") == 1


def test_a_hub_without_records_has_a_page() -> None:
    nothing = {
        "weights": [], "corridors": [], "calibration": [], "freshness": [], "drift": None,
        "coverage": {**collected()["coverage"], "records": 0, "missing": 0, "found": 0, "alone": [], "uncompared": 0,
                     "views": [], "mean_views": None, "alarms": ["no-missing", "no-found"]},
        "worklists": {"rows": [], "offices": 0, "review": 0, "release": 0, "overdue": 0},
    }  # fmt: skip
    run = full(collected=nothing, corridors=[], stages={}, seconds=0.0, missing=0, found=0)
    text = page({"runs": [run]})
    assert "There is no missing report to compare with." in text
    assert "<svg" not in text


def test_what_faces_alone_brought_is_told_where_the_profile_has_photos() -> None:
    row = "".join(Read(of_two_runs()).texts)
    assert re.search(r"Entries by face alone\s*6,204", row)
    assert "by face alone" not in report_page({"runs": [full(photo_lanes={})]})
