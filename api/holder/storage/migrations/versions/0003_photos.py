"""Tables of photos."""

import sqlalchemy as sa
from alembic import op

from api.service.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of photos and of their parts."""
    _photos()
    _photo_parts()


def downgrade() -> None:
    """Refuse: photos would be lost."""
    raise NotImplementedError("restore a backup of the database instead")


def _photos() -> None:
    op.create_table(
        "photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=22), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("content_index", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("read_by", sa.String(length=32), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_photos_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_photos"),
        sa.UniqueConstraint("record_id", "content_index", name="uq_photos_record_id_content_index"),
        sa.UniqueConstraint("ref", name="uq_photos_ref"),
    )
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.create_index("ix_photos_reason_id", ["reason", "id"], unique=False)
        batch_op.create_index("ix_photos_read_by_id", ["read_by", "id"], unique=False)


def _photo_parts() -> None:
    op.create_table(
        "photo_parts",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name="fk_photo_parts_photo_id"),
        sa.PrimaryKeyConstraint("photo_id", "part", name="pk_photo_parts"),
    )
