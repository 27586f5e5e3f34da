"""Bodies of verified requests to messages, and back."""

from typing import TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.responses import Response

from api.service.validation import message_of, place_of
from api.wire.problems import ProblemError

M = TypeVar("M", bound=BaseModel)


def read_message(body: bytes, cls: type[M]) -> M:
    """A body as a message of the format that its class has.

    Raises:
        ProblemError: `not-json`, `wrong-version` or `invalid-body`, which names the fields and never their values.
    """
    try:
        value = from_json(body)
    except ValueError:
        # `from None`: the parser's text quotes what it read.
        raise ProblemError("not-json", "The body is not one whole JSON document in UTF-8; send it again.") from None
    wanted = _format_of(cls)
    if isinstance(value, dict) and value.get("format", wanted) != wanted:
        raise ProblemError("wrong-version", f"This hub takes such messages in format {wanted}; update the older side.")
    try:
        return cls.model_validate(value)
    except ValidationError as error:
        entries = [
            {"field": place_of(entry["loc"]) or "body", "message": message_of(entry)}
            for entry in error.errors(include_url=False, include_context=False)
        ]
    detail = f"{len(entries)} place(s) in the body do not fit the schema; `errors` names them."
    raise ProblemError("invalid-body", detail, errors=entries)


def _format_of(cls: type[BaseModel]) -> int:
    """The one format of a message: most are in the first."""
    field = cls.model_fields.get("format")
    (number,) = (1,) if field is None else get_args(field.annotation)
    return int(number)


def answer(message: BaseModel, status: int = 200) -> Response:
    """A message as a JSON answer."""
    return Response(message.model_dump_json(), status, media_type="application/json")
