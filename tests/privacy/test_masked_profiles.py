"""Codes of a masked profile leave their holder under masks only: nothing else in this release takes such a profile."""

import ast
from pathlib import Path
from typing import Any

import pytest

from api.cli.main import run
from api.holder.settings import HolderSettings
from api.holder.sync.wiring import item_maker
from api.hub.registry.compared import open_partition
from matcher.errors import InputError
from matcher.profile import MASKED_PROFILES
from tests.api.cli.people import write_sides
from tests.privacy.test_sources import sources

NAMES = {"MASKED_PROFILES", "MASKED_2026_11_22"}

every_masked_profile = pytest.mark.parametrize("name", MASKED_PROFILES)
nothing: Any = None
"""What is not reached."""


@every_masked_profile
def test_no_hub_opens_a_partition_of_it(name: str) -> None:
    with pytest.raises(InputError, match="under masks"):
        open_partition(
            nothing, "north", "2026-11", name, key_check="0" * 16, steward=None, now=nothing
        )  # fmt: skip


@every_masked_profile
def test_no_gateway_sends_items_of_it(name: str) -> None:
    with pytest.raises(InputError, match="under masks"):
        item_maker(HolderSettings(profile=name), nothing, nothing, nothing)


@every_masked_profile
def test_nobody_links_files_by_it(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sides, out = [str(path) for path in write_sides(tmp_path)], tmp_path / "pairs.csv"
    assert run(["link", *sides, "-o", str(out), "--profile", name]) == 2
    assert "under masks" in capsys.readouterr().err
    assert not out.exists()


def test_it_is_reached_through_the_profile_that_it_refines(repository: Path) -> None:
    """`masked_profile_of` is the way; a service that named the profile could encode by it for another purpose."""
    naming = {
        file for file, tree in sources(repository)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id in NAMES) or (isinstance(node, ast.alias) and node.name in NAMES)
    }  # fmt: skip
    assert naming == {"matcher/profile.py", "matcher/model_file.py"}
