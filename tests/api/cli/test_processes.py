"""Services as processes: one that starts, some that do not, and how each of them ends."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.cli.main import run
from api.cli.processes import ServiceError, ServiceProcess, run_to_end, stop_all

SERVE = ["hub", "serve"]


@pytest.fixture
def settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """A hub that can be served, by its environment."""
    config = tmp_path / "hub.toml"
    config.write_text(f'[hub]\nname = "hub-test"\nport = 0\ndata = "{tmp_path / "hub"}"\n')
    assert run(["hub", "init", "--config", str(config)]) == 0
    capsys.readouterr()
    return {"MILAP_HUB_CONFIG": str(config)}


@pytest.fixture
def service(tmp_path: Path, settings: dict[str, str]) -> Iterator[ServiceProcess]:
    """That hub, listening."""
    started = ServiceProcess(SERVE, tmp_path / "log", settings)
    started.wait()
    yield started
    started.kill()


def is_there(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_service_tells_its_address_and_ends_when_it_is_asked_to(service: ServiceProcess) -> None:
    assert httpx.get(f"{service.address}/healthz", trust_env=False).json() == {"status": "ok"}
    service.require_running()
    assert service.stop() == 0
    assert not service.is_running()
    assert not is_there(service.number)
    assert service.stop() == 0, "Stopping what has ended changes nothing."


def test_a_killed_service_is_missed(service: ServiceProcess, tmp_path: Path) -> None:
    assert service.kill() == -signal.SIGKILL
    with pytest.raises(ServiceError, match="ended by itself") as told:
        service.require_running()
    assert str(tmp_path / "log") in str(told.value)


def test_a_service_that_does_not_end_is_killed(service: ServiceProcess) -> None:
    os.kill(service.number, signal.SIGSTOP)
    assert service.stop(seconds=0.2) == -signal.SIGKILL


def test_all_are_stopped_those_too_that_have_ended(service: ServiceProcess, settings: dict[str, str]) -> None:
    early = ServiceProcess(["hub", "--help"], service.log, settings)
    early.stop()
    stop_all([early, service])
    assert not early.is_running()
    assert not service.is_running()


def test_a_service_that_cannot_start_says_why_and_where_its_log_is(tmp_path: Path) -> None:
    log = tmp_path / "log"
    failing = ServiceProcess(SERVE, log, {"MILAP_HUB_NAME": "hub-test", "MILAP_HUB_DATA": str(tmp_path / "absent")})
    with pytest.raises(ServiceError) as told:
        failing.wait()
    assert "milap hub serve did not start: There is no" in str(told.value)
    assert str(told.value).endswith(f"See {log}.")
    assert not failing.is_running()


@pytest.mark.parametrize("words", [["--version"], ["hub", "--help"]])
def test_what_tells_no_address_did_not_start(tmp_path: Path, words: list[str]) -> None:
    with pytest.raises(ServiceError, match="did not start"):
        ServiceProcess(words, tmp_path / "log", {}).wait()


def test_one_that_stays_silent_is_ended(service: ServiceProcess) -> None:
    with pytest.raises(ServiceError, match="did not start"):
        service.wait(seconds=0.1)
    assert not service.is_running()


def test_settings_from_outside_do_not_reach_a_service_that_has_its_own(
    service: ServiceProcess, settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.stop()
    monkeypatch.setenv("MILAP_HUB_PORT", "no number")
    again = ServiceProcess(SERVE, tmp_path / "log", settings)
    again.wait()
    assert again.stop() == 0
    with pytest.raises(ServiceError, match="did not start"):
        ServiceProcess(SERVE, tmp_path / "log").wait()


def test_a_command_runs_to_its_end(tmp_path: Path, settings: dict[str, str]) -> None:
    assert run_to_end(["hub", "partner", "list"], tmp_path / "log", settings) == {"partners": []}
    with pytest.raises(ServiceError, match=r"milap hub partner failed: There is no .* See "):
        run_to_end(["hub", "partner", "suspend", "nobody"], tmp_path / "log", settings)
