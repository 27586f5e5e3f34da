"""The `milap` command: a table of commands, each loaded when it is called and offered only where it is installed.

A command's module is named in a string and loaded with importlib, so that a hub's command line never pulls in code
that reads raw records (pyproject.toml, [tool.importlinter], says why that has to be so).
"""

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata

import typer

from api.cli.console import DONE, FAILED, WRONG_USE, report_error
from matcher.errors import InputError, MilapError

TYPER_INTERRUPTED = 130
"""What Typer makes of Ctrl-C inside a command."""


@dataclass(frozen=True)
class Command:
    """One entry of the table: the module that holds a Typer `app`, and a line of help."""

    module: str
    help: str


COMMANDS = {
    "demo": Command("api.cli.demo", "Run a hub and three gateways with invented children on this machine."),
    "link": Command("api.cli.local", "Link a file of missing reports with a file of found records."),
    "evaluate": Command("api.cli.evaluating", "Hold a file of pairs against the known true pairs."),
    "synth": Command("api.cli.synth", "Write files of invented children, with the true pairs."),
    "keys": Command("api.cli.keys", "Make, rotate, split and join linkage keys, and read out fingerprints."),
    "photos": Command("api.cli.photos", "Check photos, fit a face space, calibrate what photos weigh."),
    "holder": Command("api.cli.holder", "Run a gateway: intake, vault, exchange with a hub."),
    "hub": Command("api.cli.hub", "Run a hub: partners, agreements, matching of codes."),
}


def installed_commands() -> list[str]:
    """Names of the commands whose module is there, in the table's order."""
    return [name for name, command in COMMANDS.items() if importlib.util.find_spec(command.module) is not None]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `milap` and exit: 0 done, 1 done with rejected rows, 2 wrong use or input, 3 failed."""
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Run one command line and give its exit status; every error is one sentence unless --debug asks for more."""
    debug = "--debug" in arguments
    words = [word for word in arguments if word != "--debug"]
    if words and words[0] in ("--version", "-V"):
        print(f"milap {version()}")
        return DONE
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage())
        return DONE if words else WRONG_USE
    if words[0] not in installed_commands():
        return report_error(f"There is no command {words[0]!r}; milap --help lists them.", WRONG_USE)
    try:
        return _call(words[0], words[1:])
    except (KeyboardInterrupt, typer.Abort):
        return report_error("Stopped; no output file was touched.", FAILED)
    except Exception as error:
        if debug:
            raise
        return report_error(*explain_error(error))


def version() -> str:
    """The installed release, of the whole or of the hub alone."""
    for distribution in ("milap", "milap-hub"):
        with suppress(metadata.PackageNotFoundError):
            return metadata.version(distribution)
    return "not installed"


def usage() -> str:
    """The help page, from the table alone: it loads no command."""
    names = installed_commands()
    lines = [f"  {name:<10} {COMMANDS[name].help}" for name in names]
    return "\n".join(
        [
            "Usage: milap COMMAND [OPTIONS]   (milap COMMAND --help tells more; --debug shows tracebacks)",
            "",
            "Milap finds which found child is whose missing child, from codes instead of names.",
            "",
            *lines,
        ]
    )


def explain_error(error: Exception) -> tuple[str, int]:
    """What to print for an error, and the exit status."""
    if isinstance(error, MilapError):
        return str(error), WRONG_USE if isinstance(error, InputError) else FAILED
    # Typer brings a click of its own, whose exceptions have no public name; wrong use is what can format itself.
    format_message = getattr(error, "format_message", None)
    if format_message is not None:
        text = format_message().rstrip(".") or "The command needs more words"
        return f"{text}; --help tells how the command is used.", WRONG_USE
    # The text of an unforeseen error may hold a value of a record, so only its kind is told.
    return f"Failed unexpectedly ({type(error).__name__}); run it again with --debug and report it.", FAILED


def _call(name: str, words: list[str]) -> int:
    app = importlib.import_module(COMMANDS[name].module).app
    status = typer.main.get_command(app)(args=words, prog_name=f"milap {name}", standalone_mode=False)
    if status == TYPER_INTERRUPTED:
        raise KeyboardInterrupt
    return int(status or DONE)
