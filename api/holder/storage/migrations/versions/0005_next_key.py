"""What became of records under the next linkage key, beside what became of them under the present one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; a record that waits for no put counts as up to date."""
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_version", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("next_state", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("next_reason", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("next_detail", sa.String(length=300), nullable=True))
    outbox = sa.table("outbox", sa.column("next_version"), sa.column("version"), sa.column("action"))
    op.execute(sa.update(outbox).where(outbox.c.action != "put").values(next_version=outbox.c.version))
    behind = sa.text("next_version <> version")
    op.create_index("ix_outbox_next", "outbox", ["queued_at"], sqlite_where=behind, postgresql_where=behind)


def downgrade() -> None:
    """Refuse: what was sent under the next key would be forgotten."""
    raise NotImplementedError("restore a backup of the database instead")
