"""Logs as JSON lines that hold no message of an exception, no argument of a template and no key outside a list."""

import logging
import sys
import threading
from collections.abc import MutableMapping
from types import FrameType
from typing import Any, TextIO

import structlog

from api.service.failures import frames_of, type_of
from api.service.log_keys import only_allowed

_WITHHELD = "text withheld"


def configure_logs(service: str, stream: TextIO | None = None) -> None:
    """Send structlog, the standard library's loggers, warnings and dying threads to one stream as JSON lines.

    Levels below INFO, and of the libraries below WARNING, are dropped.

    Args:
        service: `hub` or `holder`; stands in every line.
        stream: where to; standard error when None.
    """

    def name_service(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {"service": service, **line}

    structlog.configure(
        processors=[
            _drop_debug,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            name_service,
            _name_exception,
            only_allowed,
            structlog.processors.JSONRenderer(sort_keys=True, default=type),
        ],
        # The generic logger refuses positional arguments; the filtering ones would format them into the event.
        wrapper_class=structlog.BoundLogger,
        logger_factory=structlog.WriteLoggerFactory(file=stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [TemplateHandler()]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
    threading.excepthook = _log_dead_thread


class TemplateHandler(logging.Handler):
    """Passes the standard library's records on by their template, never with arguments.

    A template counts only when it is a literal of the function that logs: what a library puts together beforehand
    (an f-string, a formatted traceback) may hold anything, and is withheld.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Log a record's template, its logger's name and the type and places of its exception."""
        template = record.msg if isinstance(record.msg, str) and _is_literal(record) else _WITHHELD
        line: dict[str, Any] = {"logger": record.name, "frames": [f"{record.module}:{record.lineno}"]}
        if record.exc_info and record.exc_info[1]:
            line["exc_info"] = record.exc_info[1]
        log = structlog.get_logger()
        write = log.error if record.levelno >= logging.ERROR else log.warning
        write(template.strip(), **line)


def _is_literal(record: logging.LogRecord) -> bool:
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_filename == record.pathname and frame.f_code.co_name == record.funcName:
            return any(record.msg is constant or record.msg == constant for constant in frame.f_code.co_consts)
        frame = frame.f_back
    return False


def _drop_debug(_logger: object, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if method == "debug":
        raise structlog.DropEvent
    return line


def _name_exception(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its type and its places."""
    given = line.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        line = {**line, "error": type_of(error), "frames": frames_of(error) or line.get("frames")}
    return line


def _log_dead_thread(died: threading.ExceptHookArgs) -> None:
    """Python would print the exception's message."""
    if died.exc_value is not None and not isinstance(died.exc_value, SystemExit):
        structlog.get_logger().error("a thread died", exc_info=died.exc_value)
