"""What the tests of /v1/records ask of a desk."""

from typing import Any

import httpx
from sqlalchemy import func, select

from api.holder.storage import outbox
from tests.api.holder.desk import Desk, body


def counted(desk: Desk, table: Any) -> int:
    with desk.database.read() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


def sent(desk: Desk) -> list[tuple[int, str]]:
    with desk.database.read() as conn:
        return [(row.version, row.action) for row in outbox.due(conn, 100)]


def put(desk: Desk, ref: str, record: dict[str, Any], version: int | None = 1, **more: Any) -> httpx.Response:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return desk.call("PUT", f"/v1/records/{ref}", json=body(record, **more), headers=headers)
