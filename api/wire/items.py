"""One record on the wire: its codes and open attributes, or its withdrawal or erasure."""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationError,
    model_serializer,
)
from pydantic_core import ErrorDetails

from api.wire.names import Day, Mark, Ref, Version
from matcher.errors import MilapError
from matcher.photos import PHOTO_AGE_BANDS


class ItemError(MilapError):
    """An item that cannot be taken: `reason` is a word for programs, the text a sentence for people."""

    def __init__(self, reason: str, detail: str) -> None:
        """Only this item is refused; the others of its batch are not touched."""
        super().__init__(detail)
        self.reason, self.detail = reason, detail


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EncodedRow(_Strict):
    """The codes of one name that the child may go by."""

    presence: Annotated[int, Field(ge=0, lt=2**16, strict=True)]
    """Bit i set when view i of the profile is present."""
    code: Annotated[str, Field(max_length=2**16)]
    """All views in profile order, little-endian 64-bit words, standard base64; an absent view is all zero."""

    def __repr__(self) -> str:
        """No code."""
        return "EncodedRow()"


class PutItem(_Strict):
    """A record, new or changed. It replaces an earlier version of the same ref."""

    action: Literal["put"]
    ref: Ref
    version: Version
    kind: Literal["missing", "found"]
    sex: Literal["unknown", "female", "male", "other"]
    birth: tuple[Day, Day] | None = None
    """First and last possible day of birth, as coarse as the profile asks."""
    event: Day | None = None
    """The day the child went missing or was found, as coarse as the profile asks."""
    expires_on: Day | None = None
    """The day from which the hub no longer keeps the record."""
    case: Mark
    """Of the case number: one case, one record."""
    officer: Mark | None = None
    """Of who entered this version."""
    office: Mark | None = None
    photo_age: Annotated[int, Field(ge=0, lt=PHOTO_AGE_BANDS, strict=True)] = 0
    """Band of the child's age in the photo (matcher.photos), 0 when it is not known; as coarse in every profile."""
    photo_space: Annotated[str | None, Field(max_length=80)] = None
    """Text of the space that the photo code is of; only of a record with one."""
    rows: Annotated[tuple[EncodedRow, ...], Field(min_length=1, max_length=16)]

    def __repr__(self) -> str:
        """Kind and size only."""
        return f"PutItem({self.kind}, {len(self.rows)} rows)"

    @model_serializer(mode="wrap")
    def _without_photo(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A record without a photo is written as it was before there were any: older hubs refuse unknown fields."""
        written: dict[str, Any] = handler(self)
        if self.photo_space is None and not self.photo_age:
            del written["photo_age"], written["photo_space"]
        return written


class WithdrawItem(_Strict):
    """A record that must no longer be matched. Its codes stay, unmatched, until its epoch closes or it is erased."""

    action: Literal["withdraw"]
    ref: Ref
    version: Version


class EraseItem(_Strict):
    """A record of which nothing may stay but the fact that this ref was erased."""

    action: Literal["erase"]
    ref: Ref
    version: Version


Item = Annotated[PutItem | WithdrawItem | EraseItem, Field(discriminator="action")]
ITEM: TypeAdapter[PutItem | WithdrawItem | EraseItem] = TypeAdapter(Item)


def parse_item(value: object) -> PutItem | WithdrawItem | EraseItem:
    """One item of a submission; ItemError `invalid-item` names the field that does not fit, never its value."""
    try:
        return ITEM.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise ItemError("invalid-item", f"{_place(first)} does not fit ({first['type']}); see the schema.") from None


def _place(error: ErrorDetails) -> str:
    """The field that an error is about. The name of an unknown field is the sender's own text, and left out."""
    known = error["loc"][1:-1] if error["type"] == "extra_forbidden" else error["loc"][1:]
    field = ".".join(str(part) for part in known)
    return f"Field {field}" if field else "The item"
