"""Who runs the searches of a cross-match, by the name that an operator gives."""

from api.hub.crossmatching.beginning import Begun
from api.hub.crossmatching.engines import Engine, Processes
from api.hub.crossmatching.running import EngineFor
from matcher.errors import InputError


def engine_named(name: str, address: str | None, workers: int | None) -> EngineFor | None:
    """The engine that is called `local` or `ray`; None leaves the choice to the amount of work.

    Args:
        name: of the engine.
        address: of a Ray cluster; None starts one on this machine.
        workers: how many search at once.

    Raises:
        InputError: Ray is asked for and is not installed, or the engine refuses the address or the token.
    """
    if name == "ray":
        return _ray(address, workers)
    return None if workers is None else lambda _begun: Processes(workers)


def _ray(address: str | None, workers: int | None) -> EngineFor:
    try:
        from api.hub.crossmatching.ray_engine import RayEngine  # large, and optional
    except ModuleNotFoundError as error:
        raise InputError("Ray is not installed; 'pip install ray' does that, and --engine local needs none.") from error

    # What an engine refuses is refused before anything is pinned.
    RayEngine(address, workers)

    def made(_begun: Begun) -> Engine:
        return RayEngine(address, workers)

    return made
