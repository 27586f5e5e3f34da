"""Files in multipart bodies, held in memory: a spooled upload would lie on a disk in the clear."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from api.wire.problems import ProblemError

_MOST_FIELDS = 10
_LONGEST_FIELD = 1000
_HOW = "Send multipart/form-data with the part file, and the other parts that the call takes."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file, the end of its name, and the text fields that came with it."""

    content: bytes = field(repr=False)
    suffix: str
    fields: dict[str, str] = field(repr=False)


async def received_upload(request: Request) -> Upload:
    """A dependency that reads the body of a request; ProblemError when it is no form with one file."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise ProblemError("unsupported-media-type", f"The body is no form. {_HOW}")
    parser = MultiPartParser(
        request.headers, request.stream(), max_files=1, max_fields=_MOST_FIELDS, max_part_size=_LONGEST_FIELD
    )
    # 0 keeps everything in memory; the body's own limit bounds it.
    parser.spool_max_size = 0
    try:
        form = await parser.parse()
    except MultiPartException:
        # Its message may quote the form.
        raise ProblemError("invalid-body", f"The form cannot be read. {_HOW}") from None
    try:
        return await _upload(form)
    finally:
        await form.close()


async def _upload(form: FormData) -> Upload:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise ProblemError("invalid-body", f"There is no part file. {_HOW}")
    content = await file.read()
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    name = PurePosixPath(PureWindowsPath(file.filename or "").name)
    return Upload(content, name.suffix.lower(), fields)
