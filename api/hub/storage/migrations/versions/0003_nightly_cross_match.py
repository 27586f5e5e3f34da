"""Runs that pin what they depend on, the ledger of their blocks, and models that are estimates."""

import sqlalchemy as sa
from alembic import op

from api.service.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the ledger, and widen runs and models."""
    op.create_table(
        "run_blocks",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"]),
        sa.PrimaryKeyConstraint("run_id", "stage", "number"),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mode", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("state", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("pinned", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("lists_digest", sa.String(length=64), nullable=True))
        batch_op.create_index("ix_runs_partition_id_state", ["partition_id", "state"], unique=False)
    with op.batch_alter_table("models", schema=None) as batch_op:
        batch_op.add_column(sa.Column("partition_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("run_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("report", sa.Text(), nullable=True))
    # Runs of before had no mode and left their rest to the next one.
    op.execute("UPDATE runs SET mode = 'full', state = 'ended' WHERE ended_at IS NOT NULL")
    op.execute("UPDATE runs SET mode = 'full', state = 'abandoned' WHERE ended_at IS NULL")


def downgrade() -> None:
    """Refuse: estimates and what runs are pinned to would be lost."""
    raise NotImplementedError("restore a backup of the database instead")
