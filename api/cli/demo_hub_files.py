"""Whether the hub of the demo holds something in the clear: all that it keeps is looked through, byte by byte."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from api.cli.demo_network import Network


def hub_holds(network: Network, lines: Iterable[str]) -> bool:
    """Whether one of these lines is in any file of the hub's folder, or in its log."""
    return any_holds([network.hub_config.parent / "hub.log", *_files(network.hub.data)], lines)


def any_holds(files: Iterable[Path], lines: Iterable[str]) -> bool:
    """Whether one of the lines is in one of the files; a file that is not there holds nothing."""
    wanted = [line.encode() for line in lines]
    return any(line in content for content in _contents(files) for line in wanted)


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file())


def _contents(files: Iterable[Path]) -> Iterator[bytes]:
    for file in files:
        # The hub may take one away meanwhile.
        with suppress(FileNotFoundError):
            yield file.read_bytes()
