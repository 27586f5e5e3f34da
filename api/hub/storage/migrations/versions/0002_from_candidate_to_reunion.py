"""Tables of the disclosure of candidates, of alarms, links, messages, directory, holds and audit."""

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
    _closed_cases()
    _alarms()
    _cards()
    _directory()
    _holds()
    _officers()
    _quotas()
    _variants()
    _witnessed()
    _alarm_records()
    _kindred()
    _links()
    _decisions()
    _link_words()
    _messages()
    _candidates()
    _records()


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


def _closed_cases() -> None:
    op.create_table(
        "closed_cases",
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("missing_country", sa.String(length=2), nullable=False),
        sa.Column("found_country", sa.String(length=2), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("outcome", "quarter", "missing_country", "found_country", name="pk_closed_cases"),
    )


def _alarms() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("effect", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_alarms_partner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alarms"),
        sa.UniqueConstraint("subject", name="uq_alarms_subject"),
    )
    with op.batch_alter_table("alarms", schema=None) as batch_op:
        batch_op.create_index("ix_alarms_partner_id", ["partner_id"], unique=False)


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_cards_partner_id"),
        sa.PrimaryKeyConstraint("partner_id", name="pk_cards"),
    )


def _directory() -> None:
    op.create_table(
        "directory",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_directory_partner_id"),
        sa.PrimaryKeyConstraint("partner_id", name="pk_directory"),
    )


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=22), nullable=False),
        sa.Column("order_mark", sa.String(length=43), nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_holds_partner_id"),
        sa.PrimaryKeyConstraint("partner_id", "ref", name="pk_holds"),
    )


def _officers() -> None:
    op.create_table(
        "officers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=22), nullable=False),
        sa.Column("public_key", sa.String(length=43), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_officers_partner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_officers"),
        sa.UniqueConstraint("partner_id", "name", name="uq_officers_partner_id_name"),
        sa.UniqueConstraint("public_key", name="uq_officers_public_key"),
    )


def _quotas() -> None:
    op.create_table(
        "quotas",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("officer_day", sa.Integer(), nullable=True),
        sa.Column("office_day", sa.Integer(), nullable=True),
        sa.Column("holder_day", sa.Integer(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_quotas_partner_id"),
        sa.PrimaryKeyConstraint("partner_id", name="pk_quotas"),
    )


def _variants() -> None:
    op.create_table(
        "variants",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=22), nullable=False),
        sa.Column("other_ref", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_variants_partner_id"),
        sa.PrimaryKeyConstraint("partner_id", "ref", "other_ref", name="pk_variants"),
    )
    with op.batch_alter_table("variants", schema=None) as batch_op:
        batch_op.create_index("ix_variants_partner_id_other_ref", ["partner_id", "other_ref"], unique=False)
        batch_op.create_index("ix_variants_seen_at", ["seen_at"], unique=False)


def _witnessed() -> None:
    op.create_table(
        "witnessed",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_witnessed_partner_id"),
        sa.PrimaryKeyConstraint("partner_id", "size", name="pk_witnessed"),
    )


def _alarm_records() -> None:
    op.create_table(
        "alarm_records",
        sa.Column("alarm_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarms.id"], name="fk_alarm_records_alarm_id"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_alarm_records_partner_id"),
        sa.PrimaryKeyConstraint("alarm_id", "partner_id", "ref", name="pk_alarm_records"),
    )
    with op.batch_alter_table("alarm_records", schema=None) as batch_op:
        batch_op.create_index("ix_alarm_records_partner_id_ref", ["partner_id", "ref"], unique=False)


def _kindred() -> None:
    op.create_table(
        "kindred",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("first_version", sa.Integer(), nullable=False),
        sa.Column("second_version", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("levels", sa.Text(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["records.id"], name="fk_kindred_first_id"),
        sa.ForeignKeyConstraint(["second_id"], ["records.id"], name="fk_kindred_second_id"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name="pk_kindred"),
    )
    with op.batch_alter_table("kindred", schema=None) as batch_op:
        batch_op.create_index("ix_kindred_second_id", ["second_id"], unique=False)


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("first_partner_id", sa.Integer(), nullable=False),
        sa.Column("second_partner_id", sa.Integer(), nullable=False),
        sa.Column("first_version", sa.Integer(), nullable=False),
        sa.Column("second_version", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("levels", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("first_word", sa.String(length=16), nullable=True),
        sa.Column("second_word", sa.String(length=16), nullable=True),
        sa.Column("judged_weight", sa.Integer(), nullable=True),
        sa.Column("judged_first_version", sa.Integer(), nullable=True),
        sa.Column("judged_second_version", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["records.id"], name="fk_links_first_id"),
        sa.ForeignKeyConstraint(["first_partner_id"], ["partners.id"], name="fk_links_first_partner_id"),
        sa.ForeignKeyConstraint(["second_id"], ["records.id"], name="fk_links_second_id"),
        sa.ForeignKeyConstraint(["second_partner_id"], ["partners.id"], name="fk_links_second_partner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint("first_id", "second_id", name="uq_links_first_id_second_id"),
        sa.UniqueConstraint("name", name="uq_links_name"),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index("ix_links_first_partner_id_sequence", ["first_partner_id", "sequence"], unique=False)
        batch_op.create_index("ix_links_second_id", ["second_id"], unique=False)
        batch_op.create_index("ix_links_second_partner_id_sequence", ["second_partner_id", "sequence"], unique=False)
        batch_op.create_index("ix_links_sequence", ["sequence"], unique=False)


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=22), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("order_mark", sa.String(length=43), nullable=True),
        sa.Column("officers", sa.String(length=80), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_decisions_candidate_id"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_decisions_partner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.UniqueConstraint("partner_id", "name", name="uq_decisions_partner_id_name"),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_candidate_id", ["candidate_id"], unique=False)


def _link_words() -> None:
    op.create_table(
        "link_words",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=22), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name="fk_link_words_link_id"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_link_words_partner_id"),
        sa.PrimaryKeyConstraint("partner_id", "name", name="pk_link_words"),
    )
    with op.batch_alter_table("link_words", schema=None) as batch_op:
        batch_op.create_index("ix_link_words_link_id", ["link_id"], unique=False)


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=22), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_messages_candidate_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["partners.id"], name="fk_messages_recipient_id"),
        sa.ForeignKeyConstraint(["sender_id"], ["partners.id"], name="fk_messages_sender_id"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("sender_id", "name", name="uq_messages_sender_id_name"),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("ix_messages_candidate_id", ["candidate_id"], unique=False)
        batch_op.create_index("ix_messages_recipient_id_sequence", ["recipient_id", "sequence"], unique=False)
        batch_op.create_index("ix_messages_sequence", ["sequence"], unique=False)


def _candidates() -> None:
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reporter_id", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("custodian_id", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("since", UtcDateTime(), nullable=False, server_default=_LONG_AGO))
        batch_op.add_column(sa.Column("due_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("released_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("judged_weight", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("judged_missing_version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("judged_found_version", sa.Integer(), nullable=True))
        batch_op.create_index("ix_candidates_custodian_id_sequence", ["custodian_id", "sequence"], unique=False)
        batch_op.create_index(
            "ix_candidates_released",
            ["reporter_id", "sequence"],
            unique=False,
            sqlite_where=sa.text("released_at IS NOT NULL"),
            postgresql_where=sa.text("released_at IS NOT NULL"),
        )
    op.execute("UPDATE candidates SET since = changed_at")
    op.execute(
        "UPDATE candidates SET reporter_id = (SELECT partner_id FROM records WHERE records.id = candidates.missing_id)"
    )
    op.execute(
        "UPDATE candidates SET custodian_id = (SELECT partner_id FROM records WHERE records.id = candidates.found_id)"
    )


def _records() -> None:
    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.add_column(sa.Column("case_mark", sa.String(length=22), nullable=True))
        batch_op.add_column(sa.Column("officer_mark", sa.String(length=22), nullable=True))
        batch_op.add_column(sa.Column("office_mark", sa.String(length=22), nullable=True))
        batch_op.add_column(sa.Column("erased_leaf", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("entered_at", UtcDateTime(), nullable=True))
        batch_op.create_index("ix_entries", ["partner_id", "entered_at", "officer_mark", "office_mark"], unique=False)
