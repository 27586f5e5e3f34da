"""Versions in HTTP: an ETag is the version in quotation marks, and If-Match names those that the caller knows."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi.responses import JSONResponse

from api.holder.intake.retries import Answer
from api.wire.problems import ProblemError

_TAG = re.compile(r'"(\d{1,9})"')
_TAGS = re.compile(r'\s*"\d{1,9}"\s*(,\s*"\d{1,9}"\s*)*')


def etag(version: int) -> str:
    """The strong entity tag of a version (RFC 9110, section 8.8.3)."""
    return f'"{version}"'


def known_versions(if_match: str | None) -> list[int] | None:
    """Versions of a field If-Match, None without one; ProblemError `version-required` when it names none."""
    if if_match is None:
        return None
    if not _TAGS.fullmatch(if_match):
        raise version_required()
    return [int(tag) for tag in _TAG.findall(if_match)]


def version_required() -> ProblemError:
    """The refusal of a change by somebody who does not say what it is a change of."""
    detail = 'Send the header If-Match with the version that you read, in quotation marks, such as If-Match: "3".'
    return ProblemError("version-required", detail)


def answered(answer: Answer) -> JSONResponse:
    """A receipt with its ETag, and its Location when it is new."""
    return JSONResponse(answer.body, answer.status, headers=_headers(answer.body, answer.status))


def _headers(body: Mapping[str, Any], status: int) -> dict[str, str]:
    headers = {"ETag": etag(body["version"])}
    return headers | {"Location": f"/v1/records/{body['ref']}"} if status == 201 else headers
