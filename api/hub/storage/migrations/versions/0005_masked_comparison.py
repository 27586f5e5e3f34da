"""Comparisons under one-time masks, and cards that bring the keys of these masks."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from api.service.columns import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PARTS = ("missing", "found")


def upgrade() -> None:
    """Add the tables. Cards without a masking key go: gateways bring theirs anew as soon as the hub has none."""
    _comparisons()
    op.create_table(
        "plans",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_plans_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_plans")),
    )
    op.execute(sa.text("DELETE FROM cards"))


def downgrade() -> None:
    """Refuse: what was asked for would be lost."""
    raise NotImplementedError("restore a backup of the database instead")


def _comparisons() -> None:
    parts = [
        column for side in _PARTS for column in (
            sa.Column(f"{side}_codes", sa.LargeBinary(), nullable=True),
            sa.Column(f"{side}_presence", sa.LargeBinary(), nullable=True),
            sa.Column(f"{side}_age", sa.SmallInteger(), nullable=True),
            sa.Column(f"{side}_space", sa.String(length=80), nullable=True),
        )
    ]  # fmt: skip
    counts = ("missing_version", "found_version", "reporter_id", "custodian_id")
    op.create_table(
        "comparisons",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("partition_id", "missing_id", "found_id")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        *(sa.Column(f"{side}_rows", sa.SmallInteger(), nullable=False) for side in _PARTS),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        *parts,
        sa.ForeignKeyConstraint(["found_id"], ["records.id"], name=op.f("fk_comparisons_found_id")),
        sa.ForeignKeyConstraint(["missing_id"], ["records.id"], name=op.f("fk_comparisons_missing_id")),
        sa.ForeignKeyConstraint(["partition_id"], ["partitions.id"], name=op.f("fk_comparisons_partition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparisons")),
    )
    _index("uq_comparisons_pair", ["missing_id", "found_id"], unique=True)
    _index(op.f("ix_comparisons_found_id"), ["found_id"])
    _index("ix_comparisons_of_reporter", ["reporter_id", "id"], "missing_codes IS NULL")
    _index("ix_comparisons_of_custodian", ["custodian_id", "id"], "found_codes IS NULL")
    both = "missing_codes IS NOT NULL AND found_codes IS NOT NULL"
    _index("ix_comparisons_ready", ["partition_id", "id"], both)


def _index(name: str, columns: list[str], where: str | None = None, *, unique: bool = False) -> None:
    only: dict[str, Any] = {} if where is None else dict.fromkeys(("sqlite_where", "postgresql_where"), sa.text(where))
    op.create_index(name, "comparisons", columns, unique=unique, **only)
