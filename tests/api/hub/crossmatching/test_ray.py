"""The search on a Ray cluster: the same bytes, whichever worker or node dies."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.hub.crossmatching import planning
from api.hub.crossmatching.beginning import begin
from api.hub.crossmatching.blocks import Block, Stage, blocks_of
from api.hub.crossmatching.engines import OwnProcess
from api.hub.crossmatching.errors import CrossMatchError
from api.hub.crossmatching.running import Wanted, cross_match
from api.hub.operating.engines import engine_named
from api.service.database import open_database
from matcher.errors import InputError
from matcher.views import Kind
from tests.api.hub.crossmatching.nights import small_blocks
from tests.api.hub.matching.exchange import Hub, batch, codes_of, noisy

__all__ = ["small_blocks"]  # fixture

ray = pytest.importorskip("ray", reason="Ray comes with the extra [cluster]")
from ray.cluster_utils import Cluster  # noqa: E402

from api.hub.crossmatching import ray_cluster, ray_engine, ray_tokens  # noqa: E402
from api.hub.crossmatching.ray_engine import RayEngine, searched  # noqa: E402

NODE = {"object_store_memory": 80 * 2**20, "include_dashboard": False, "include_log_monitor": False, "no_monitor": True}
PATIENCE_SECONDS = 60
SETTINGS = (ray_tokens.MODE, ray_tokens.TOKEN, ray_tokens.TOKEN_PATH)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A head that searches nothing and two nodes with a processor each, all in this machine, with a token."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        for name in SETTINGS:
            patch.delenv(name, raising=False)
        ray_tokens.take_token(None)
        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **NODE})
        for _ in range(2):
            made.add_node(num_cpus=1, **NODE)
        yield made
        made.shutdown()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Families who look alike, of two partners."""
    database = open_database(f"sqlite:///{tmp_path / 'hub.db'}")
    made, rng = Hub(database, tmp_path), np.random.default_rng(7)
    partners = [made.partner("west"), made.partner("east")]
    made.agree(*partners)
    families = codes_of(rng, 4)
    for share in (0.05, 0.1, 0.15, 0.2):
        made.put(partners[0], batch(Kind.MISSING, noisy(rng, families, share)))
        made.put(partners[1], batch(Kind.FOUND, noisy(rng, families, share)))
    yield made
    database.close()


@pytest.fixture
def run(hub: Hub) -> tuple[Path, list[Block]]:
    """The folder of a run that has begun, and all its blocks."""
    begun = begin(hub.database, hub.options, hub.partition, hub.now, full=True)
    stages = zip((Stage.MISSING, Stage.FOUND), begun.plan.dirty, strict=True)
    return begun.files, [block for stage, total in stages for block in blocks_of(stage, total)]


@contextmanager
def engine_of(address: str | None, workers: int | None = None) -> Iterator[RayEngine]:
    engine = RayEngine(address, workers)
    try:
        yield engine
    finally:
        engine.close()


@pytest.mark.parametrize("sampled_from", [planning.SAMPLED_FROM, 0])
def test_a_night_on_a_cluster_ends_like_one_here(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, sampled_from: int
) -> None:
    monkeypatch.setattr(planning, "SAMPLED_FROM", sampled_from)

    def night(engine: Callable[[], Any]) -> Any:
        wanted = Wanted(full=True, estimate=False, engine=lambda _begun: engine())
        return cross_match(hub.database, hub.options, hub.partition, wanted, clock=lambda: hub.now)

    here, there = night(OwnProcess), night(lambda: RayEngine(cluster.address, None))
    assert there["lists_digest"] == here["lists_digest"]
    assert there["blocks"] == here["blocks"]
    assert (there["added"], there["changed"], there["withdrawn"]) == (0, 0, 0)
    assert there["engine"] == {"name": "ray", "workers": 2}


def test_a_killed_worker_and_a_removed_node_change_no_byte(
    run: tuple[Path, list[Block]], cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Both nodes are at work when one goes away, and the worker of the other one is killed."""
    monkeypatch.setattr(ray_engine, "searched", _held_up(tmp_path))
    wreck = threading.Thread(target=_wreck, args=(cluster, tmp_path))
    wreck.start()
    with engine_of(cluster.address) as engine:
        found = list(engine.results(*run))
        lost = engine.lost
    wreck.join()
    cluster.add_node(num_cpus=1, **NODE)
    assert found == list(OwnProcess(1).results(*run))
    assert lost >= 2
    assert not any(word in "".join(capfd.readouterr()) for word in ("raylet", "Worker", "node", str(tmp_path)))


def _held_up(folder: Path) -> Callable[..., Any]:
    """A task that searches, and then comes to no end for a minute: the first two of all attempts."""

    def held_up(*given: Any) -> Any:
        import os as os_there  # this function is sent as it stands, without this file
        import time as time_there

        import ray as ray_there

        result = searched(*given)
        for number in range(2):
            try:
                handle = os_there.open(folder / f"{number}", os_there.O_CREAT | os_there.O_EXCL | os_there.O_WRONLY)
            except FileExistsError:
                continue
            text = f"{os_there.getpid()} {ray_there.get_runtime_context().get_node_id()}\n"
            os_there.write(handle, text.encode())
            time_there.sleep(PATIENCE_SECONDS)
        return result

    return held_up


def _wreck(cluster: Cluster, folder: Path) -> None:
    """Wait until two tasks are held up; kill the worker of one and remove the node of the other."""
    held: list[list[str]] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(held) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
        texts = [file.read_text() for file in (folder / "0", folder / "1") if file.exists()]
        held = [text.split() for text in texts if text.endswith("\n")]
    os.kill(int(held[0][0]), signal.SIGKILL)
    [node] = [node for node in cluster.worker_nodes if node.node_id == held[1][1]]
    cluster.remove_node(node, allow_graceful=False)


def test_a_block_that_kills_every_worker_ends_the_run(
    run: tuple[Path, list[Block]], cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deadly(*_given: Any) -> Any:
        import os as os_there

        os_there.kill(os_there.getpid(), 9)

    monkeypatch.setattr(ray_engine, "searched", deadly)
    monkeypatch.setattr(ray_engine, "RETRIES", 0)
    with engine_of(cluster.address) as engine, pytest.raises(CrossMatchError, match=r"gave up .*--resume"):
        next(engine.results(*run))


def test_nodes_with_other_code_are_refused(
    run: tuple[Path, list[Block]], cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_engine, "CODE", "of another release")
    with engine_of(cluster.address, 1) as engine, pytest.raises(CrossMatchError, match="another release of Milap"):
        next(engine.results(*run))


def test_a_cluster_that_asks_for_no_token_is_refused(
    run: tuple[Path, list[Block]], cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_cluster, "_mode_of_head", lambda: "disabled")
    with engine_of(cluster.address) as engine, pytest.raises(CrossMatchError, match="asks nobody for a token"):
        next(engine.results(*run))
    assert not ray.is_initialized()


def test_a_cluster_of_this_machine_needs_nothing_and_leaves_nothing(
    run: tuple[Path, list[Block]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, blocks = run
    handler = signal.getsignal(signal.SIGTERM)
    made: list[str] = []
    real = ray_cluster.tempfile.mkdtemp
    monkeypatch.setattr(ray_cluster.tempfile, "mkdtemp", lambda **given: made.append(real(**given)) or made[-1])
    with engine_of(None, 1) as engine:
        assert list(engine.results(folder, blocks[:2])) == list(OwnProcess(1).results(folder, blocks[:2]))
        assert list(engine.results(folder, blocks[2:3])) == list(OwnProcess(1).results(folder, blocks[2:3]))
        assert (engine.workers, engine.lost) == (1, 0)
        assert Path(made[0]).stat().st_mode & 0o077 == 0
    assert len(made) == 1
    assert not Path(made[0]).exists()
    assert signal.getsignal(signal.SIGTERM) is handler


def test_nothing_to_search_starts_nothing(tmp_path: Path) -> None:
    with engine_of(None, 1) as engine:
        assert list(engine.results(tmp_path, [])) == []
    assert not ray.is_initialized()


def test_without_a_token_no_cluster_is_joined(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(InputError, match="no token for the Ray cluster"):
        RayEngine("node.example.org:6379", None)
    token = tmp_path / "token"
    monkeypatch.setenv(ray_tokens.TOKEN_PATH, str(token))
    with pytest.raises(InputError, match="no token for the Ray cluster"):
        RayEngine("node.example.org:6379", None)
    token.write_text("0123456789abcdef")
    RayEngine("node.example.org:6379", None)


@pytest.mark.parametrize("address", [None, "node.example.org:6379"])
def test_authentication_cannot_be_turned_off(monkeypatch: pytest.MonkeyPatch, address: str | None) -> None:
    monkeypatch.setenv(ray_tokens.MODE, "disabled")
    monkeypatch.setenv(ray_tokens.TOKEN, "0123456789abcdef")
    with pytest.raises(InputError, match="turns off the token authentication"):
        RayEngine(address, None)


def test_rays_client_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ray_tokens.TOKEN, "0123456789abcdef")
    with pytest.raises(InputError, match="host:port"):
        RayEngine("ray://node.example.org:10001", None)


def test_without_ray_the_operator_learns_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("api.hub.crossmatching.ray_")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match=r"pip install ray"):
        engine_named("ray", None, None)
