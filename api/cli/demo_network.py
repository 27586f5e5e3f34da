"""The network of the demo, set up as its operators would: a hub, three gateways, keys, fingerprints, agreements."""

import base64
import json
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations
from pathlib import Path

from api.cli.demo_offices import OFFICES, Office
from api.cli.interruptions import Interruptions
from api.cli.processes import ServiceProcess, stop_all
from api.holder.operating import enrolment, people
from api.holder.operating import opening as gateways
from api.holder.operating import starting as gateway_starting
from api.holder.settings import HolderSettings
from api.hub.operating import arrangements, compared, members
from api.hub.operating import opening as hubs
from api.hub.operating import starting as hub_starting
from api.hub.settings import HubSettings
from api.service.clock import utc_now
from encoder.key_files import WRAPPING_KEY_VARIABLE, write_key_file
from encoder.keys import LinkageKey
from encoder.private_files import write_new_private_file
from matcher.profile import NETWORK_2026_11_22

HOST = "127.0.0.1"
DOMAIN, EPOCH = "demo-east", "2026-11"
ADMIN, CUSTODIAN = "admin", "custodian"
SCOPES = ("records:write", "records:read", "candidates:read", "sync:read")
AGREED_FOR = timedelta(days=365)
_POLL_SECONDS = 1.0
# A whole population comes in one go, at whatever hour the demo runs: to the hub that is a prober's doing.
_FIRST_UPLOAD = dict.fromkeys(("quota_officer_day", "quota_office_day", "quota_holder_day", "odd_hours_allowed"), 10**6)
_SECRET_BYTES = 32


@dataclass(frozen=True)
class Gateway:
    """A gateway with what opens it; no repr shows a secret.

    office      whose it is
    config      its settings file
    settings    what stands there
    secret      the wrapping key of its key files, bytes (32,)
    password    of its custodian's account
    admin_password  of its administrator's
    token       for the APIs, with SCOPES
    """

    office: Office
    config: Path
    settings: HolderSettings
    secret: bytes = field(repr=False)
    password: str = field(repr=False)
    admin_password: str = field(repr=False)
    token: str = field(repr=False)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.settings.port}"


@dataclass(frozen=True)
class Network:
    """All of it; the services run until `running_network` ends."""

    hub_config: Path
    hub: HubSettings
    gateways: tuple[Gateway, ...]
    services: list[ServiceProcess]
    signals: Interruptions

    @property
    def hub_address(self) -> str:
        """Where the hub listens."""
        return f"http://{HOST}:{self.hub.port}"

    def gateway_of(self, office: Office) -> Gateway:
        """The gateway of an office."""
        return next(gateway for gateway in self.gateways if gateway.office == office)

    def require_running(self) -> None:
        """ServiceError when a service has ended by itself, KeyboardInterrupt when somebody wants all of it to end."""
        self.signals.check()
        for service in self.services:
            service.require_running()


@contextmanager
def running_network(folder: Path, signals: Interruptions, meanwhile: Callable[[], None]) -> Iterator[Network]:
    """Set everything up in a folder and serve it; whatever happens, no process stays behind.

    Args:
        folder: where each service gets its settings file, its data folder and its log.
        signals: those that may interrupt the work.
        meanwhile: done while the gateways start.

    Raises:
        ServiceError: a service did not start.
    """
    services: list[ServiceProcess] = []

    def start(words: list[str], name: str, environment: Mapping[str, str]) -> None:
        with signals.deferred():
            services.append(ServiceProcess(words, folder / f"{name}.log", environment))

    with ExitStack() as stack:
        stack.callback(lambda: stop_all(services))
        stack.callback(signals.ignore)
        ports = free_ports(1 + len(OFFICES))
        hub_config, hub = _make_hub(folder, ports[0])
        start(["hub", "serve", "--config", str(hub_config)], "hub", {})
        made = tuple(_make_gateway(folder, *words) for words in zip(OFFICES, ports[1:], strict=True))
        network = Network(hub_config, hub, made, services, signals)
        _open_partition(hub, hand_out_key(made))
        services[0].wait()
        _join(network)
        for gateway in made:
            words = ["holder", "serve", "--config", str(gateway.config)]
            start(words, gateway.office.name, {WRAPPING_KEY_VARIABLE: base64.b64encode(gateway.secret).decode()})
        meanwhile()
        for service in services[1:]:
            service.wait()
        yield network


def free_ports(number: int) -> list[int]:
    """Ports of this machine on which nobody listens now, all different."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def hand_out_key(made: tuple[Gateway, ...]) -> LinkageKey:
    """The key steward makes the linkage key, and seals a file of it for each gateway."""
    key = LinkageKey.generate(DOMAIN, EPOCH)
    for gateway in made:
        assert gateway.settings.linkage_key is not None
        write_key_file(gateway.settings.linkage_key, key, gateway.secret)
    return key


def _make_hub(folder: Path, port: int) -> tuple[Path, HubSettings]:
    values = {"name": "hub-demo", "data": str(folder / "hub"), "host": HOST, "port": port, **_FIRST_UPLOAD}
    config = _write_config(folder / "hub.toml", "hub", values)
    hub_starting.initialise(config, None, None, {})
    return config, hubs.settings_from(config, {})


def _make_gateway(folder: Path, office: Office, port: int) -> Gateway:
    data = folder / office.name
    values = {
        "data": str(data), "host": HOST, "port": port, "linkage_key": str(data / "linkage.key"),
        "profile": NETWORK_2026_11_22.name, "poll_seconds": _POLL_SECONDS, "errand_seconds": _POLL_SECONDS,
        "callback_url": f"http://{HOST}:{port}",
        "contact_desk": office.contact_desk,
    }  # fmt: skip
    config = _write_config(folder / f"{office.name}.toml", "holder", values)
    settings, secret = gateways.settings_from(config, {}), secrets.token_bytes(_SECRET_BYTES)
    write_new_private_file(folder / f"{office.name}.wrapping-key", base64.b64encode(secret))
    password, admin_password = secrets.token_urlsafe(12), secrets.token_urlsafe(_SECRET_BYTES)
    gateway_starting.initialise(settings, ADMIN, lambda new: secret, lambda: admin_password)
    with gateways.opened(settings) as database:
        people.add(database, CUSTODIAN, "Custodian of the demo", ["custodian"], lambda: password)
        token = people.new_token(database, "demo", SCOPES, None).values["token"]
    return Gateway(office, config, settings, secret, password, admin_password, token)


def _open_partition(hub: HubSettings, key: LinkageKey) -> None:
    """The operator learns the key check value from the key steward, and never the key."""
    key_check = key.key_check(NETWORK_2026_11_22).hex()
    with hubs.opened(hub) as database:
        compared.open_partition(database, DOMAIN, EPOCH, NETWORK_2026_11_22.name, key_check, None, utc_now)


def _join(network: Network) -> None:
    """Each gateway enrols with a one-time code, and both sides compare fingerprints; then all agree with all."""
    with hubs.opened(network.hub) as hub:
        for gateway in network.gateways:
            office = gateway.office
            code = members.invite(hub, office.name, office.title, office.country, utc_now).values["code"]
            with gateways.opened(gateway.settings) as own:
                enrolled = enrolment.enrol(gateway.settings, own, network.hub_address, code, gateway.secret).values
                members.confirm(hub, office.name, enrolled["fingerprint"], utc_now)
                enrolment.trust(own, _hub_fingerprint(network.hub))
        today = utc_now().date()
        days = (today.isoformat(), (today + AGREED_FOR).isoformat())
        for first, second in combinations(OFFICES, 2):
            arrangements.add(hub, first.name, second.name, "Invented agreement of the demo", *days, utc_now)


def _hub_fingerprint(hub: HubSettings) -> str:
    """What the hub's operator reads out on the telephone."""
    return str(hub_starting.check(hub).values["fingerprint"])


def _write_config(file: Path, section: str, values: Mapping[str, object]) -> Path:
    # A JSON string or number is a TOML one.
    lines = [f"[{section}]", *(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())]
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return file
