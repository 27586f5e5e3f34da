"""Bands of photo ages, and the one space that a partition's photo codes are of."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen records and partitions; what is there has no photo."""
    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.add_column(sa.Column("photo_age", sa.SmallInteger(), server_default="0", nullable=False))
    with op.batch_alter_table("partitions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("photo_space", sa.String(length=80), nullable=True))


def downgrade() -> None:
    """Refuse: the ages would be lost, and what the photo codes are of."""
    raise NotImplementedError("restore a backup of the database instead")
