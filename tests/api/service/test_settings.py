"""Settings: file, then environment; an error names the place and never the value."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from api.service.settings import describe, load_settings
from matcher.errors import InputError

SECRET = "Zubaida-Canary"


class Policy(BaseModel):
    model_config = ConfigDict(extra="forbid")
    days: int = 30


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")
    database: str = "sqlite:///hub.sqlite"
    port: int = Field(default=8000, ge=0, le=65535)
    partners: list[str] = []
    limits: tuple[int, ...] | None = None
    debug: bool = False
    token: SecretStr | None = None
    policy: Policy = Policy()

    @field_validator("database")
    @classmethod
    def no_spaces(cls, value: str) -> str:
        if " " in value:
            raise ValueError(f"{value} holds a space")
        return value


class Needy(BaseModel):
    model_config = ConfigDict(extra="forbid")
    home: str


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "milap.toml"


def error_of(file: Path | None, environ: dict[str, str], cls: type[BaseModel] = Settings) -> str:
    with pytest.raises(InputError) as caught:
        load_settings(cls, "hub", file, environ)
    message = str(caught.value)
    assert SECRET not in message
    assert message.endswith(".")
    assert "\n" not in message
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return message


def test_defaults_then_file_then_environment(file):
    file.write_text('[hub]\nport = 1\npartners = ["a"]\n[hub.policy]\ndays = 7\n[holder]\nother = 1\n')
    assert load_settings(Settings, "hub", None, {}) == Settings()
    assert load_settings(Settings, "hub", file, {}) == Settings(port=1, partners=["a"], policy=Policy(days=7))
    lists = {"MILAP_HUB_PARTNERS": "b, c,", "MILAP_HUB_LIMITS": "1,2"}
    others = {"MILAP_HUB_PORT": "2", "MILAP_HUB_DEBUG": "true", "MILAP_HOLDER_PORT": "3", "PATH": "/bin"}
    found = load_settings(Settings, "hub", file, lists | others)
    assert found == Settings(port=2, partners=["b", "c"], limits=(1, 2), debug=True, policy=Policy(days=7))


def test_a_file_without_the_table_gives_the_defaults(file):
    file.write_text("[holder]\nport = 1\n")
    assert load_settings(Settings, "hub", file, {}) == Settings()


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (f'[hub]\nport = "{SECRET}"', "port"),
        ("[hub]\nport = 70000", "port"),
        (f'[hub]\nunheard = "{SECRET}"', "unheard"),
        (f'[hub.policy]\ndays = "{SECRET}"', "policy.days"),
        (f'[hub]\ndatabase = "{SECRET} file"', "database"),
        (f'hub = "{SECRET}"', "[hub]"),
        (f'[hub]\nport = {SECRET}', "line 2"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named_with_its_key(file, content, key):
    file.write_text(content)
    message = error_of(file, {})
    assert str(file) in message
    assert key in message


def test_a_file_that_cannot_be_read_is_named(file):
    assert str(file) in error_of(file, {})
    file.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in error_of(file, {})


@pytest.mark.parametrize("variable", ["MILAP_HUB_PORT", "MILAP_HUB_UNHEARD", "MILAP_HUB_LIMITS"])
def test_a_wrong_variable_is_named(file, variable):
    file.write_text("[hub]\n")
    assert variable in error_of(file, {variable: SECRET})


def test_a_missing_setting_is_named_with_its_variable(file):
    file.write_text("[hub]\n")
    assert "home is missing" in error_of(file, {}, Needy)
    assert "MILAP_HUB_HOME" in error_of(file, {}, Needy)
    assert error_of(None, {}, Needy) == "MILAP_HUB_HOME is missing: set it."


def test_a_description_shows_every_key_and_no_secret():
    url = f"postgresql://me:{SECRET}@x/@host/name?sslpassword={SECRET}"
    settings = Settings(database=url, token=SecretStr(SECRET), partners=[f"https://u:{SECRET}@host"], limits=(1, 2))
    lines = describe(settings)
    assert SECRET not in "\n".join(lines)
    assert lines == [
        "database = postgresql://me:********@host/name?sslpassword=********",
        "port = 8000",
        "partners = https://u:********@host",
        "limits = 1, 2",
        "debug = False",
        "token = ********",
        "policy.days = 30",
    ]
    assert "token = (not set)" in describe(Settings())
