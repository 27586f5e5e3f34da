"""First tables of the hub."""

import sqlalchemy as sa
from alembic import op

from api.service.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables, those that others point at first."""
    _counters()
    _models()
    _nonces()
    _partners()
    _agreements()
    _partitions()
    _records()
    _runs()
    _candidates()
    _pending()


def downgrade() -> None:
    """Refuse: what is older than the first tables is nothing."""
    raise NotImplementedError("restore a backup of the database instead")


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )


def _models() -> None:
    op.create_table(
        "models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile_digest", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_models"),
    )


def _nonces() -> None:
    op.create_table(
        "nonces",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=128), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", "nonce", name="pk_nonces"),
    )
    op.create_index("ix_nonces_expires_at", "nonces", ["expires_at"])


def _partners() -> None:
    op.create_table(
        "partners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("public_key", sa.String(length=43)),
        sa.Column("callback_url", sa.String(length=500)),
        sa.Column("code_hash", sa.String(length=64)),
        sa.Column("code_expires_at", UtcDateTime()),
        sa.Column("code_attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_partners"),
        sa.UniqueConstraint("name", name="uq_partners_name"),
        sa.UniqueConstraint("public_key", name="uq_partners_public_key"),
    )


def _agreements() -> None:
    op.create_table(
        "agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["partners.id"], name="fk_agreements_first_id"),
        sa.ForeignKeyConstraint(["second_id"], ["partners.id"], name="fk_agreements_second_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agreements"),
    )


def _partitions() -> None:
    op.create_table(
        "partitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(length=128), nullable=False),
        sa.Column("epoch", sa.String(length=128), nullable=False),
        sa.Column("profile", sa.String(length=64), nullable=False),
        sa.Column("profile_digest", sa.String(length=64), nullable=False),
        sa.Column("key_check", sa.String(length=16)),
        sa.Column("steward_id", sa.Integer()),
        sa.Column("model_id", sa.Integer()),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_partitions_model_id"),
        sa.ForeignKeyConstraint(["steward_id"], ["partners.id"], name="fk_partitions_steward_id"),
        sa.PrimaryKeyConstraint("id", name="pk_partitions"),
        sa.UniqueConstraint("domain", "epoch", "profile", name="uq_partitions_domain_epoch_profile"),
    )


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partition_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.SmallInteger()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary()),
        sa.Column("sex", sa.SmallInteger()),
        sa.Column("birth_first", sa.Integer()),
        sa.Column("birth_last", sa.Integer()),
        sa.Column("event", sa.Integer()),
        sa.Column("expires_on", sa.Integer()),
        sa.Column("presence", sa.LargeBinary()),
        sa.Column("codes", sa.LargeBinary()),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["partition_id"], ["partitions.id"], name="fk_records_partition_id"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_records_partner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
        sa.UniqueConstraint("partition_id", "partner_id", "ref", name="uq_records_partition_id_partner_id_ref"),
    )
    op.create_index("ix_records_partition_id_sequence", "records", ["partition_id", "sequence"])
    op.create_index("ix_records_partner_id_ref", "records", ["partner_id", "ref"])
    op.create_index("ix_records_state_expires_on", "records", ["state", "expires_on"])


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partition_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("summary", sa.Text()),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_runs_model_id"),
        sa.ForeignKeyConstraint(["partition_id"], ["partitions.id"], name="fk_runs_partition_id"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )


def _candidates() -> None:
    op.create_table(
        "candidates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=22), nullable=False),
        sa.Column("partition_id", sa.Integer(), nullable=False),
        sa.Column("missing_id", sa.Integer(), nullable=False),
        sa.Column("found_id", sa.Integer(), nullable=False),
        sa.Column("missing_version", sa.Integer(), nullable=False),
        sa.Column("found_version", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("levels", sa.Text(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["found_id"], ["records.id"], name="fk_candidates_found_id"),
        sa.ForeignKeyConstraint(["missing_id"], ["records.id"], name="fk_candidates_missing_id"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_candidates_model_id"),
        sa.ForeignKeyConstraint(["partition_id"], ["partitions.id"], name="fk_candidates_partition_id"),
        sa.PrimaryKeyConstraint("id", name="pk_candidates"),
        sa.UniqueConstraint("missing_id", "found_id", name="uq_candidates_missing_id_found_id"),
        sa.UniqueConstraint("name", name="uq_candidates_name"),
    )
    op.create_index("ix_candidates_found_id_sequence", "candidates", ["found_id", "sequence"])
    op.create_index("ix_candidates_sequence", "candidates", ["sequence"])


def _pending() -> None:
    op.create_table(
        "pending",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("partition_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["partition_id"], ["partitions.id"], name="fk_pending_partition_id"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_pending_record_id"),
        sa.PrimaryKeyConstraint("record_id", name="pk_pending"),
    )
    op.create_index("ix_pending_partition_id_sequence", "pending", ["partition_id", "sequence"])
