"""Who acts in the way home: people, officers with confirmed keys, offices that trust each other's cards."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from api.cli.demo_network import ADMIN, CUSTODIAN, Gateway, Network
from api.cli.demo_people import Officer, Person, hire
from api.cli.demo_telephone import confirm_card, confirm_officer


@dataclass(frozen=True)
class Cast:
    """Everybody, signed in.

    custodian      at the office that has the child
    first, second  two officers there
    reporter       at the office that looks for the child
    """

    custodian: Person
    first: Officer
    second: Officer
    reporter: Person


@contextmanager
def cast_of(network: Network, has_her: Gateway, misses_her: Gateway) -> Iterator[Cast]:
    """Make accounts and keys, compare all fingerprints, and sign everybody in; ServiceError when that does not go."""
    check = network.require_running
    with ExitStack() as stack:
        admin, other = (
            stack.enter_context(Person(gateway, ADMIN, gateway.admin_password, "inbox", check))
            for gateway in (has_her, misses_her)
        )
        first, second = (
            stack.enter_context(Officer(has_her, login, hire(admin, login, "Officer of the demo", "officer"), check))
            for login in ("officer-one", "officer-two")
        )
        password = hire(other, "reporter", "Reporter of the demo", "reporter")
        reporter = stack.enter_context(Person(misses_her, "reporter", password, "releases", check))
        custodian = stack.enter_context(Person(has_her, CUSTODIAN, has_her.password, "inbox", check))
        confirm_card(admin, misses_her)
        confirm_card(other, has_her)
        for officer in (first, second):
            confirm_officer(network, officer)
        for officer in (first, second):
            officer.wait_until_confirmed()
        yield Cast(custodian, first, second, reporter)
