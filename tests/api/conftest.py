"""What the tests of both services share: a log that can be read back."""

import io
import logging
import threading
from collections.abc import Iterator

import pytest
import structlog

from api.service.logs import configure_logs


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log of a service named `test`, as text; every setting is put back afterwards."""
    root, hook = logging.getLogger(), threading.excepthook
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs("test", stream)
    yield stream
    structlog.reset_defaults()
    logging.captureWarnings(False)
    root.handlers[:], threading.excepthook = handlers, hook
    root.setLevel(level)
