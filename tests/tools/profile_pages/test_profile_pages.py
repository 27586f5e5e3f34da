"""Pages of profiles say what the results of the red team say."""

import copy
import json
from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.profile import PROFILES, profile_named
from tools.profile_pages import __main__ as command
from tools.profile_pages.page import page_of, share
from tools.profile_pages.results import FILE, read_results
from tools.profile_pages.threat import with_figures


@pytest.fixture(scope="module")
def content():
    return json.loads(FILE.read_text(encoding="utf-8"))


def read(tmp_path: Path, content) -> object:
    file = tmp_path / "leakage.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return read_results(file)


def test_every_page_in_the_repository_is_of_these_results(capsys):
    assert command.main([]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_shipped_profile_has_recall_and_attacks(name):
    results, base = read_results(), name.replace("-photo", "")
    assert [row for row in results.recall if row["profile"] == base]
    assert {row["records"] for row in results.of(base)} >= {600, 2000, 5000}
    assert any(results.weakest(row) for row in results.of(base))


def test_one_figure_that_differs_makes_another_page(tmp_path, content):
    changed = copy.deepcopy(content)
    row = next(row for row in changed["tables"]["Attacks"] if row["target"] == "cross-border-2026-11-22")
    row["figure"] += 0.01
    profile = profile_named("cross-border-2026-11-22")
    assert page_of(profile, read(tmp_path, changed)) != page_of(profile, read_results())


def test_a_profile_that_changes_its_bits_makes_another_page(monkeypatch):
    results, profile = read_results(), profile_named("local-2026-11-22")
    views = profile_named("network-2026-11-22").views
    assert page_of(profile, results) != page_of(type(profile)(**{**vars_of(profile), "views": views}), results)


def vars_of(profile) -> dict[str, object]:
    return {name: getattr(profile, name) for name in profile.__dataclass_fields__}


def test_a_page_that_differs_is_told_and_written(tmp_path, monkeypatch, capsys):
    (tmp_path / "threat-model.md").write_text("A page.\n<!-- figures -->\nold\n<!-- /figures -->\n", encoding="utf-8")
    monkeypatch.setattr(command, "PAGES", tmp_path / "profiles")
    monkeypatch.setattr(command, "THREAT_MODEL", tmp_path / "threat-model.md")
    assert command.main([]) == 1
    assert "--write" in capsys.readouterr().err
    assert command.main(["--write"]) == command.main([]) == 0


def test_a_threat_model_without_a_place_for_figures_is_refused():
    with pytest.raises(InputError, match="one place for figures"):
        with_figures("nothing", read_results())


def test_results_that_are_none_are_refused(tmp_path):
    with pytest.raises(InputError, match="make bench-leakage"):
        read(tmp_path, {"tables": {}})


@pytest.mark.parametrize(
    ("value", "text"), [(0.0214, ".021"), (1.0, "1.000"), (0.0, ".000"), (-0.25, "-.250"), (317, "317")]
)
def test_figures_are_written_as_pages_write_them(value, text):
    assert share(value) == text
