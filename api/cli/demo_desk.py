"""A desk of an office of the demo: it does its work through the gateway's API, as any system of the office would."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from api.cli.demo_offices import Office
from api.cli.processes import ServiceError

_SECONDS = 60.0
_ROWS_AT_ONCE = 500
_CANDIDATES_AT_ONCE = 200
Document = dict[str, Any]


class Desk:
    """Calls one gateway with one token; ServiceError when it does not answer as it should.

    Args:
        office: whose gateway it is.
        address: of the gateway, such as http://127.0.0.1:8480.
        token: allows intake, reading, the inbox and the state of the exchange.
    """

    def __init__(self, office: Office, address: str, token: str) -> None:
        self.office = office
        # No proxy of the environment stands between this machine and itself.
        self._client = httpx.Client(
            base_url=address, headers={"authorization": f"Bearer {token}"}, timeout=_SECONDS, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._client.close()

    def enter(self, record: Document) -> Document:
        """Enter a record, and give the receipt."""
        return self._ask("POST", "/v1/records", json={"record": record, "source": self.office.source})

    def read(self, ref: str) -> Document:
        """One own record."""
        return self._ask("GET", f"/v1/records/{ref}")

    def begin_import(self, file: Path, kind: str) -> str:
        """Hand in a file, and give the job's name."""
        fields = {"kind": kind, "source": self.office.source}
        job = self._ask("POST", "/v1/imports", data=fields, files={"file": (file.name, file.read_bytes())})
        return str(job["name"])

    def job(self, name: str) -> Document:
        """How far an import is."""
        return self._ask("GET", f"/v1/imports/{name}")

    def refs_by_row(self, name: str) -> dict[int, str]:
        """The refs of an import's records by the number of their row in the file; the header is row 1."""
        rows = self._pages(f"/v1/imports/{name}/rows", _ROWS_AT_ONCE)
        return {row["row"]: row["ref"] for row in rows if row["ref"] is not None}

    def sync(self) -> Document:
        """How the exchange with the hub stands."""
        return self._ask("GET", "/v1/sync")

    def newest_candidates(self) -> list[Document]:
        """The newest of the inbox."""
        page: list[Document] = self._ask("GET", "/v1/inbox", params={"limit": _CANDIDATES_AT_ONCE})["items"]
        return page

    def inbox(self) -> Iterator[Document]:
        """All of the inbox, newest first."""
        return self._pages("/v1/inbox", _CANDIDATES_AT_ONCE)

    def _pages(self, path: str, limit: int) -> Iterator[Document]:
        after: Document = {}
        while True:
            page = self._ask("GET", path, params={"limit": limit, **after})
            yield from page["items"]
            if page["next"] is None:
                return
            after = {"after": page["next"]}

    def _ask(self, method: str, path: str, **words: Any) -> Document:
        try:
            answer = self._client.request(method, path, **words)
        except httpx.HTTPError as error:
            raise ServiceError(f"The gateway {self.office.name} does not answer ({type(error).__name__}).") from None
        if answer.is_success:
            document: Document = answer.json()
            return document
        # A problem document says what is wrong and holds no value of a record.
        raise ServiceError(f"The gateway {self.office.name} answered {answer.status_code}: {answer.text[:300]}")
