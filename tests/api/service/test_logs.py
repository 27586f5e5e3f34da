"""A log line holds what is on the list, and never what an exception, an argument or a library says."""

import logging
import threading
import warnings

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from api.service.failures import frames_of
from api.service.log_keys import ALLOWED, only_allowed
from tests.api.service.requests_to import lines_of

SECRET = "Zubaida-Canary"


def test_a_line_names_service_level_and_time(log):
    structlog.get_logger().info("started", port=8000, sequence=3, milliseconds=1.5, retryable=True)
    [line] = lines_of(log.getvalue())
    assert line.pop("time").endswith("Z")
    assert line == {
        "event": "started", "level": "info", "service": "test", "port": 8000, "sequence": 3, "milliseconds": 1.5,
        "retryable": True,
    }  # fmt: skip


def test_another_key_is_dropped_and_named(log):
    structlog.get_logger().info("got", name=SECRET, count={"a": SECRET}, body=SECRET.encode(), **{f"{SECRET} x": 1})
    [line] = lines_of(log.getvalue())
    assert line["dropped_keys"] == ["?", "body", "count", "name"]
    assert SECRET not in log.getvalue()


def test_a_long_value_is_cut(log):
    structlog.get_logger().info("got", reason="x" * 1000, frames=["y" * 1000])
    [line] = lines_of(log.getvalue())
    assert (len(line["reason"]), len(line["frames"][0])) == (200, 200)


def test_debug_is_dropped_and_positional_arguments_are_refused(log):
    structlog.get_logger().debug("got")
    with pytest.raises(TypeError):
        structlog.get_logger().info("got %s", SECRET)
    assert log.getvalue() == ""


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text()) | st.none() | st.binary()))
def test_only_plain_values_under_allowed_keys_pass(line):
    kept = only_allowed(None, "info", line)
    assert set(kept) <= ALLOWED
    assert all(isinstance(value, str | int | list) for value in kept.values())


def fail() -> None:
    raise ValueError(SECRET)


def failed() -> ValueError:
    """An exception that was raised and caught."""
    try:
        fail()
    except ValueError as error:
        return error
    raise AssertionError


def test_an_exception_is_its_type_and_its_places(log):
    try:
        fail()
    except ValueError:
        structlog.get_logger().error("failed", exc_info=True)
    structlog.get_logger().error("failed", exc_info=failed())
    for line in lines_of(log.getvalue()):
        assert line["error"] == "ValueError"
        assert line["frames"][-1].startswith("tests/api/service/test_logs.py:")
        assert line["frames"][-1].endswith(" fail")
    assert SECRET not in log.getvalue()


def test_frames_of_installed_packages_start_at_the_package():
    with pytest.raises(ArgumentError) as caught:
        make_url("nonsense")
    frames = frames_of(caught.value)
    assert frames[-1].startswith("sqlalchemy/engine/url.py:")
    assert not any(frame.startswith("/") for frame in frames)


def test_a_library_is_heard_by_its_template_only(log):
    logger = logging.getLogger("some.library")
    logger.info("not important %s", SECRET)
    logger.warning("lost %s of %d", SECRET, 3)
    logger.error("broke", exc_info=failed())
    lines = lines_of(log.getvalue())
    assert [(line["event"], line["level"], line["logger"]) for line in lines] == [
        ("lost %s of %d", "warning", "some.library"),
        ("broke", "error", "some.library"),
    ]
    assert lines[1]["error"] == "ValueError"
    assert SECRET not in log.getvalue()


def test_a_text_that_a_library_put_together_is_withheld(log):
    logger = logging.getLogger("some.library")
    logger.error(f"lost {SECRET}")
    logger.error(failed())
    put_together = SECRET[:3] + SECRET[3:]
    logger.error(put_together)
    assert [line["event"] for line in lines_of(log.getvalue())] == ["text withheld"] * 3
    assert SECRET not in log.getvalue()


def test_a_warning_and_a_dying_thread_are_withheld_too(log):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)  # catch_warnings put Python's own back for its block
        warnings.showwarning(SECRET, UserWarning, "file.py", 1)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    lines = lines_of(log.getvalue())
    assert lines[-1]["event"] == "a thread died"
    assert lines[-1]["error"] == "ValueError"
    assert SECRET not in log.getvalue()
