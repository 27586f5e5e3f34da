"""Everything that services leave behind or say, gathered as bytes by a name."""

from pathlib import Path

from sqlalchemy import MetaData, select

from api.service.database import open_database
from tests.journeys.services import request
from tests.privacy.leak_journey import Journal
from tests.privacy.leak_network import METRICS_TOKEN, WatchedNetwork


def database_text(url: str) -> bytes:
    """Every column of every table of a database: bytes as they are, everything else as its text."""
    database = open_database(url)
    try:
        with database.read() as conn:
            tables = MetaData()
            tables.reflect(conn)
            cells = [
                value if isinstance(value, bytes) else str(value).encode()
                for table in tables.sorted_tables for row in conn.execute(select(table)) for value in row
            ]  # fmt: skip
    finally:
        database.close()
    return b"\n".join(cells)


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path, and the paths themselves."""
    found = {f"names in {folder.name}": "\n".join(map(str, folder.rglob("*"))).encode()}
    for path in folder.rglob("*"):
        try:
            if path.is_file() and not path.is_symlink():
                found[str(path.relative_to(folder.parent))] = path.read_bytes()
        except FileNotFoundError:  # a server at work removes files
            continue
    return found


def command_lines() -> dict[str, bytes]:
    """How every process of the machine was called: all its users can read that."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found[str(path)] = path.read_bytes()
        except OSError:
            continue
    return found


def gathered(network: WatchedNetwork, journal: Journal) -> dict[str, bytes]:
    """All that must hold no canary, taken from running services and then from what a power cut leaves of them."""
    nodes = [network.hub, *(office.gateway for office in network.offices)]
    found = {f"metrics {node.folder.name}": metrics(node.address) for node in nodes}
    found |= command_lines()
    for node in nodes:
        node.kill()
    if network.server is not None:
        network.server.execute("CHECKPOINT")
        found |= files_below(network.server._server.pgdata)
    # Before the databases are opened, which would clear away SQLite's log.
    found |= files_below(network.folder)
    found |= {f"database {name}": database_text(network.url(name)) for name in ("hub", "north", "south")}
    for office in network.offices:
        found[f"line of {office.gateway.name}"] = office.line.everything()
        found[f"knocks at {office.gateway.name}"] = office.knocks.everything()
    found["webhook"] = network.webhook.everything()
    for name, answer in journal.problems.items():
        found[f"problem {name}"] = answer.content + str(answer.headers).encode()
    return found | {f"receipt {name}": content for name, content in journal.receipts.items()}


def metrics(address: str) -> bytes:
    """What a service tells its operator."""
    answer = request("GET", f"{address}/metrics", headers={"authorization": f"Bearer {METRICS_TOKEN}"})
    assert answer.status_code == 200
    return answer.content
