"""The page of the report, for whoever wants it."""

from collections.abc import Mapping
from typing import Any


def report_page(document: Mapping[str, Any]) -> str:
    """What `documents.report` gives as one self-contained HTML page."""
    # Charts take seconds to load, and no other command should wait for them.
    from api.hub.reporting.html import page

    return page(document)
