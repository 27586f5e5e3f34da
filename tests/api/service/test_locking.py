"""One service for a data folder."""

from pathlib import Path

import pytest

from api.service.locking import only_one
from matcher.errors import InputError


def test_one_service_for_a_folder(tmp_path: Path) -> None:
    with only_one(tmp_path, "hub"), pytest.raises(InputError, match="Another milap hub"), only_one(tmp_path, "hub"):
        pass
    with only_one(tmp_path, "hub"), only_one(tmp_path, "holder"):
        pass
    with pytest.raises(InputError, match="milap holder init"), only_one(tmp_path / "absent", "holder"):
        pass
