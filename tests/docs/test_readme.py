"""README.md: every command runs as written, every file and target exists, and the numbers are there."""

import re
import subprocess

import pytest

from api.cli.main import COMMANDS, run
from tests.docs.pages import codes, commands, links, paths, tables

PAGES = (
    "README.md", "docs/glossary.md", "docs/fields-and-views.md", "docs/operations.md", "docs/records.md",
    "docs/threat-model.md",
)
DEPTHS = {
    ("keys",): 2, ("hub",): 2, ("holder",): 2, ("hub", "partner"): 3, ("hub", "agreement"): 3, ("hub", "partition"): 3,
    ("holder", "key"): 3, ("holder", "staff"): 3, ("holder", "token"): 3, ("holder", "peer"): 3,
    ("holder", "office"): 3,
    ("holder", "officer"): 3, ("holder", "directory"): 3, ("holder", "audit"): 3, ("hub", "officer"): 3,
    ("hub", "alarm"): 3, ("hub", "quota"): 3, ("hub", "cluster"): 3, ("hub", "audit"): 3, ("hub", "directory"): 3,
    ("hub", "model"): 3,
    ("photos",): 2,
}
"""How many words name a command that has commands of its own."""

NUMBERS = (
    "name_variants", "linkage_quality", "search_throughput", "encode_throughput", "link_scale", "hub_writes",
    "online_match", "hub_start", "blind_receipt", "crossmatch_scale", "kernel_limit", "approximate_search",
    "ray_overhead", "photo_throughput", "photo_templates", "photo_lane",
    "leakage", "frontier", "masked_throughput", "rotation_drill",
)


def text_of(repository, page: str) -> str:
    return (repository / page).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def readme(repository):
    return text_of(repository, "README.md")


def command_lines(text: str) -> list[list[str]]:
    """Calls of milap in blocks and in the text; a bare `milap` names the program."""
    said = [code.split()[1:] for code in codes(text) if code.startswith("milap ")]
    return [*commands(text, "milap"), *said]


def help_of(words: list[str], capsys, monkeypatch) -> str:
    """The help page of the command that a line calls, on a screen wide enough not to break a name."""
    monkeypatch.setenv("COLUMNS", "200")
    depth = min(DEPTHS.get(tuple(words[:2]), DEPTHS.get((words[0],), 1)), len(words))
    assert run([*words[:depth], "--help"]) == 0, words
    return capsys.readouterr().out


def test_every_command_line_is_one_of_the_program(readme, capsys, monkeypatch):
    lines = command_lines(readme)
    assert {words[0] for words in lines} == set(COMMANDS)
    for words in lines:
        shown = help_of(words, capsys, monkeypatch)
        for option in (word for word in words if word.startswith("-")):
            assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", shown), f"milap {' '.join(words)}: {option}"


def test_options_named_in_the_text_exist(readme, capsys, monkeypatch):
    shown = "".join(help_of([name], capsys, monkeypatch) for name in COMMANDS)
    named = {code.split()[0] for code in codes(readme) if code.startswith("--")}
    assert [option for option in sorted(named - {"--debug"}) if option not in shown] == []


@pytest.mark.parametrize("page", PAGES)
def test_files_named_exist(repository, page):
    text = text_of(repository, page)
    assert [path for path in paths(text) if not path.startswith(".venv/") and not (repository / path).exists()] == []
    folder = (repository / page).parent
    assert [target for target in links(text) if not (folder / target).exists()] == []


def test_decisions_link_to_files_that_exist(repository):
    for page in (repository / "docs" / "decisions").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        assert [path for path in paths(text) if not (repository / path).exists()] == [], page.name


def test_targets_named_exist(repository, readme):
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    named = [*commands(readme, "make"), *(code.split()[1:] for code in codes(readme) if code.startswith("make "))]
    assert {words[0] for words in named} <= targets
    files = [word.partition("=")[2] for words in named for word in words if word.startswith("ONLY=")]
    assert [name for name in files if not (repository / "benchmarks" / f"{name}.py").exists()] == []


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_filled_in(repository, readme, name):
    found = re.findall(rf"<!-- numbers: {name} -->(.*?)<!-- /numbers -->", readme, re.DOTALL)
    assert len(found) == 1
    assert tables(found[0]), f"README has no table of {name}: fill it in from benchmarks/results/{name}.json"
    assert (repository / "benchmarks" / "results" / f"{name}.json").exists()


def test_every_placeholder_is_known(readme):
    assert sorted(re.findall(r"<!-- numbers: (\w+) -->", readme)) == sorted(NUMBERS)


def test_the_example_row_adds_up(readme):
    (table,) = [table for table in tables(readme) if table and {"column", "value"} <= table[0].keys()]
    parts = [float(v) for row in table if "weight_" in row["column"] for v in row["value"].split(",")]
    (total,) = [float(row["value"]) for row in table if row["column"] == "`match_weight`"]
    assert sum(parts) == pytest.approx(total, abs=1e-9)


def test_no_name_of_a_command_is_misspelt(repository):
    for page in PAGES:
        for words in command_lines(text_of(repository, page)):
            assert words[0] in COMMANDS, f"{page}: milap {words[0]}"


def test_an_sh_block_is_understood_by_a_shell(repository, readme):
    for block in re.findall(r"^```sh\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL):
        assert subprocess.run(["sh", "-n"], input=block, text=True, check=False).returncode == 0
