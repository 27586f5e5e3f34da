"""A hub for benchmarks: set up without the telephone, run as a process of its own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from api.cli.processes import ServiceProcess
from api.hub.hub_key import make_hub_key
from api.hub.storage import agreements, partitions, partners, quotas, schema
from api.hub.storage.quotas import Quota
from api.service.database import Database, open_database
from api.wire.items import PutItem
from api.wire.request_keys import RequestKey
from api.wire.signing import sign_request
from benchmarks.common.load import Wire
from benchmarks.common.sockets import free_port
from matcher.profile import EncodingProfile

HUB = "hub-benchmark"
DOMAIN, EPOCH = "benchmark", "once"
A_DAY = 100_000_000
KEY_CHECK = bytes(8)
"""What every record says it was encoded under; the real key of a benchmark is thrown away."""


@dataclass(frozen=True, repr=False)
class BenchmarkHub:
    """A hub with partners that all have agreements, and one partition."""

    folder: Path
    database: Database
    keys: dict[str, RequestKey]
    profile: EncodingProfile
    process: ServiceProcess
    port: int

    def submission(self, items: Sequence[PutItem]) -> bytes:
        """The body of a submission of these items."""
        return json.dumps({
            "format": 1, "domain": DOMAIN, "epoch": EPOCH, "profile": self.profile.name,
            "profile_digest": self.profile.digest.hex(), "key_check": KEY_CHECK.hex(),
            "items": [item.model_dump(mode="json") for item in items],
        }, separators=(",", ":")).encode()  # fmt: skip

    def write(self, partner: str, body: bytes) -> Wire:
        """A request of a partner, signed when it leaves."""
        key = self.keys[partner]

        def head() -> dict[str, str]:
            return sign_request(
                "POST", "/v1/submissions", body, key=key, key_id=partner, recipient=HUB, now=datetime.now(UTC)
            )  # fmt: skip

        return Wire("POST", "/v1/submissions", body, head)


def start_hub(folder: Path, profile: EncodingProfile, names: Sequence[str]) -> BenchmarkHub:
    """Make and start a hub on SQLite."""
    folder.mkdir(parents=True, exist_ok=True)
    database = open_database(f"sqlite:///{folder / 'hub.db'}")
    schema.create_or_require(database)
    make_hub_key(folder)
    keys = {name: RequestKey.generate() for name in names}
    with database.write() as conn:
        now = datetime.now(UTC)
        ids = []
        for name, key in keys.items():
            partner = partners.add(conn, name=name, title=name, country="IN", now=now)
            partners.change(conn, partner.id, now, state="active", public_key=key.public.text)
            # As an operator does before a first upload; a benchmark uploads more than a year's records in an hour.
            quotas.put(conn, partner.id, Quota(A_DAY, A_DAY, A_DAY), now)
            ids.append(partner.id)
        for at, first in enumerate(ids):
            for second in ids[at + 1 :]:
                agreements.add(
                    conn, first_id=first, second_id=second, document="benchmark", valid_from=date(2020, 1, 1),
                    valid_until=date(2099, 1, 1), now=now,
                )  # fmt: skip
        partitions.add(
            conn, domain=DOMAIN, epoch=EPOCH, profile=profile.name, profile_digest=profile.digest.hex(),
            key_check=KEY_CHECK.hex(), steward_id=None, now=now,
        )  # fmt: skip
    port = free_port()
    process = serve(folder, port)
    return BenchmarkHub(folder, database, keys, profile, process, port)


def serve(folder: Path, port: int) -> ServiceProcess:
    """Run `milap hub serve` on a hub's folder and wait until it listens."""
    environment = {"MILAP_HUB_NAME": HUB, "MILAP_HUB_DATA": str(folder), "MILAP_HUB_PORT": str(port)}
    process = ServiceProcess(["hub", "serve"], folder / "hub.log", environment)
    process.wait(300)
    return process
