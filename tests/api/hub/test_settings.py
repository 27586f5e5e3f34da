"""Settings of a hub."""

from pathlib import Path

import pytest

from api.hub.operating.opening import settings_from
from matcher.errors import InputError


def test_the_environment_overrides_the_file_and_may_name_it(tmp_path: Path) -> None:
    file = tmp_path / "hub.toml"
    file.write_text('[hub]\nname = "north"\nport = 9000\n')
    found = settings_from(None, {"MILAP_HUB_CONFIG": str(file), "MILAP_HUB_PORT": "9001"})
    assert (found.name, found.port, found.host, found.within_country) == ("north", 9001, "127.0.0.1", "agreement")
    assert found.database_url == "sqlite:///milap-hub/hub.db"
    other = settings_from(None, {"MILAP_HUB_NAME": "south", "MILAP_HUB_DATABASE": "postgresql://host/milap"})
    assert other.database_url == "postgresql://host/milap"


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"NAME": "North"},
        {"NAME": "north", "PORT": "70000"},
        {"NAME": "north", "WITHIN_COUNTRY": "everywhere"},
        {"NAME": "north", "PROBABLE_FROM": "0.2"},
        {"NAME": "north", "THREADS": "0"},
        {"NAME": "north", "SPEED": "high"},
    ],
)
def test_settings_that_do_not_fit(variables: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"MILAP_HUB_|threshold of possible"):
        settings_from(None, {f"MILAP_HUB_{name}": value for name, value in variables.items()})
