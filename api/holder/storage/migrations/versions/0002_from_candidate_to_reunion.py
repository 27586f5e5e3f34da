"""Tables of reviews, officers, messages, links, holds and audit."""

import sqlalchemy as sa
from alembic import op

from api.service.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Rows of before get it for the moment that it takes to give them their own.
_LONG_AGO = sa.text("'1970-01-01 00:00:00'")


def upgrade() -> None:
    """Make the new tables, those that others point at first, and widen the old ones."""
    _audit_checkpoints()
    _audit_leaves()
    _audit_nodes()
    _audit_state()
    _messages()
    _offices()
    _peers()
    _witnessed()
    _links()
    _officers()
    _timelines()
    _decisions()
    _imports()
    _inbox()
    _records()
    _staff()


def downgrade() -> None:
    """Refuse: decisions and the audit log would be lost."""
    raise NotImplementedError("restore a backup of the database instead")


def _audit_checkpoints() -> None:
    op.create_table(
        "audit_checkpoints",
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("signature", sa.String(length=86), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_audit_checkpoints"),
    )


def _audit_leaves() -> None:
    op.create_table(
        "audit_leaves",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_leaves"),
    )


def _audit_nodes() -> None:
    op.create_table(
        "audit_nodes",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name="pk_audit_nodes"),
        sqlite_with_rowid=False,
    )


def _audit_state() -> None:
    op.create_table(
        "audit_state",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_audit_state"),
        sqlite_with_rowid=False,
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=22), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("candidate", sa.String(length=22), nullable=False),
        sa.Column("partner", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=True),
        sa.Column("cards", sa.String(length=80), nullable=True),
        sa.Column("detail", sa.String(length=300), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("direction", "partner", "name", name="uq_messages_direction_partner_name"),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("ix_messages_candidate", ["candidate"], unique=False)
        batch_op.create_index("ix_messages_state_id", ["state", "id"], unique=False)


def _offices() -> None:
    op.create_table(
        "offices",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_offices"),
    )


def _peers() -> None:
    op.create_table(
        "peers",
        sa.Column("partner", sa.String(length=63), nullable=False),
        sa.Column("card", sa.Text(), nullable=True),
        sa.Column("offered", sa.Text(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("partner", name="pk_peers"),
    )


def _witnessed() -> None:
    op.create_table(
        "witnessed",
        sa.Column("origin", sa.String(length=63), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("origin", "size", name="pk_witnessed"),
    )


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=22), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("own_version", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(length=63), nullable=False),
        sa.Column("other_record_id", sa.Integer(), nullable=True),
        sa.Column("levels", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("own_word", sa.String(length=16), nullable=True),
        sa.Column("word", sa.String(length=16), nullable=True),
        sa.Column("word_by", sa.String(length=80), nullable=True),
        sa.Column("word_name", sa.String(length=22), nullable=True),
        sa.Column("word_revision", sa.Integer(), nullable=True),
        sa.Column("word_sent", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["other_record_id"], ["records.id"], name="fk_links_other_record_id"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_links_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint("name", name="uq_links_name"),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index("ix_links_other_record_id", ["other_record_id"], unique=False)
        batch_op.create_index("ix_links_record_id", ["record_id"], unique=False)
        batch_op.create_index("ix_links_word_sent_id", ["word_sent", "id"], unique=False)


def _officers() -> None:
    op.create_table(
        "officers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=22), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.String(length=43), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_officers_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_officers"),
        sa.UniqueConstraint("name", name="uq_officers_name"),
        sa.UniqueConstraint("public_key", name="uq_officers_public_key"),
    )
    with op.batch_alter_table("officers", schema=None) as batch_op:
        batch_op.create_index("ix_officers_staff_id", ["staff_id"], unique=False)


def _timelines() -> None:
    op.create_table(
        "timelines",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("as_of", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_timelines_record_id"),
        sa.PrimaryKeyConstraint("record_id", name="pk_timelines"),
    )
    with op.batch_alter_table("timelines", schema=None) as batch_op:
        batch_op.create_index("ix_timelines_as_of", ["as_of"], unique=False)
        batch_op.create_index("ix_timelines_due", ["due"], unique=False)


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=22), nullable=False),
        sa.Column("candidate", sa.String(length=22), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("order_mark", sa.String(length=43), nullable=True),
        sa.Column("signatures", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("second_by", sa.String(length=80), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["candidate"], ["inbox.candidate"], name="fk_decisions_candidate"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.UniqueConstraint("name", name="uq_decisions_name"),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_candidate", ["candidate"], unique=False)
        batch_op.create_index("ix_decisions_state_id", ["state", "id"], unique=False)


def _imports() -> None:
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("office", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("rights", sa.String(length=80), nullable=True))


def _inbox() -> None:
    op.execute("ALTER TABLE inbox RENAME COLUMN found_version TO own_version")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("side", sa.String(length=10), nullable=False, server_default="custodian"))
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("since", UtcDateTime(), nullable=False, server_default=_LONG_AGO))
        batch_op.add_column(sa.Column("due_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("stopped", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("same_child", sa.String(length=22), nullable=True))
        batch_op.add_column(sa.Column("escalated", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index("ix_inbox_state_due_at", ["state", "due_at"], unique=False)
    op.execute("UPDATE inbox SET since = changed_at")


def _records() -> None:
    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.add_column(sa.Column("office_index", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("held_since", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("hold_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("erasure_proof", sa.Text(), nullable=True))
        batch_op.create_index("ix_records_office_index", ["office_index"], unique=False)


def _staff() -> None:
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("office", sa.String(length=80), nullable=True))
