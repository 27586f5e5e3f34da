"""Settings of a gateway: defaults, the file, the environment, and sentences that say what to mend."""

from pathlib import Path

import pytest

from api.holder.settings import HolderSettings, load_holder_settings
from api.service.settings import describe
from matcher.errors import InputError


def test_the_defaults_need_nothing() -> None:
    settings = load_holder_settings(None, {})
    assert settings == HolderSettings()
    assert settings.port == 8480
    assert settings.profile == "network-2026-11-22"
    assert settings.database_url == "sqlite:///milap-holder/holder.db"
    assert settings.vault_key == Path("milap-holder/vault.key")
    assert settings.request_key == Path("milap-holder/request.key")


def test_the_environment_stands_above_the_file_that_it_names(tmp_path: Path) -> None:
    file = tmp_path / "milap.toml"
    file.write_text('[holder]\nport = 9000\nnotify_email = ["a@example.org"]\nmetrics_token = "zqxw"\n')
    environ = {"MILAP_HOLDER_CONFIG": str(file), "MILAP_HOLDER_PORT": "9001", "MILAP_HUB_PORT": "1"}
    settings = load_holder_settings(None, environ)
    assert (settings.port, settings.notify_email) == (9001, ["a@example.org"])
    assert "zqxw" not in "\n".join(describe(settings))
    assert load_holder_settings(file, {"MILAP_HOLDER_CONFIG": "none.toml"}).port == 9000


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"MILAP_HOLDER_PORT": "zqxw"}, "MILAP_HOLDER_PORT"),
        ({"MILAP_HOLDER_POLL_SECONDS": "0"}, "MILAP_HOLDER_POLL_SECONDS"),
        ({"MILAP_HOLDER_PASSPHRASE": "zqxw"}, "MILAP_HOLDER_PASSPHRASE"),
    ],
)
def test_a_setting_that_does_not_fit_is_named_and_not_shown(environ: dict[str, str], named: str) -> None:
    with pytest.raises(InputError, match=named) as caught:
        load_holder_settings(None, environ)
    assert "zqxw" not in str(caught.value)
