"""A desk of an office of the demo: it does its work through the gateway's API, as any system of the office would."""

from collections.abc import Iterator
from pathlib import Path

from api.cli.demo_caller import Caller, Document

_ROWS_AT_ONCE = 500
_CANDIDATES_AT_ONCE = 200


class Desk(Caller):
    """Calls with a system's token, which allows intake, reading, the inbox and the state of the exchange."""

    def enter(self, record: Document) -> Document:
        """Enter a record, and give the receipt."""
        return self.ask("POST", "/v1/records", json={"record": record, "source": self.office.source})

    def read(self, ref: str) -> Document:
        """One own record."""
        return self.ask("GET", f"/v1/records/{ref}")

    def begin_import(self, file: Path, kind: str) -> str:
        """Hand in a file, and give the job's name."""
        fields = {"kind": kind, "source": self.office.source}
        job = self.ask("POST", "/v1/imports", data=fields, files={"file": (file.name, file.read_bytes())})
        return str(job["name"])

    def job(self, name: str) -> Document:
        """How far an import is."""
        return self.ask("GET", f"/v1/imports/{name}")

    def refs_by_row(self, name: str) -> dict[int, str]:
        """The refs of an import's records by the number of their row in the file; the header is row 1."""
        rows = self._pages(f"/v1/imports/{name}/rows", _ROWS_AT_ONCE)
        return {row["row"]: row["ref"] for row in rows if row["ref"] is not None}

    def sync(self) -> Document:
        """How the exchange with the hub stands."""
        return self.ask("GET", "/v1/sync")

    def newest_candidates(self) -> list[Document]:
        """The newest of the inbox."""
        page: list[Document] = self.ask("GET", "/v1/inbox", params={"limit": _CANDIDATES_AT_ONCE})["items"]
        return page

    def inbox(self) -> Iterator[Document]:
        """All of the inbox, newest first."""
        return self._pages("/v1/inbox", _CANDIDATES_AT_ONCE)

    def _pages(self, path: str, limit: int) -> Iterator[Document]:
        after: Document = {}
        while True:
            page = self.ask("GET", path, params={"limit": limit, **after})
            yield from page["items"]
            if page["next"] is None:
                return
            after = {"after": page["next"]}
