"""The table of masked answers; cards get a masking key, so those of before count no more."""

import sqlalchemy as sa
from alembic import op

from api.service.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OWN_CARD = "own-card"


def upgrade() -> None:
    """Make the table, and forget all cards.

    The own card is made anew by itself. A partner's new card has a masking key that nobody has compared: a person
    compares its fingerprint once more, and messages wait until then.
    """
    _masked_answers()
    facts = sa.table("facts", sa.column("name", sa.String()))
    op.execute(sa.delete(facts).where(facts.c.name == _OWN_CARD))
    op.execute(sa.delete(sa.table("peers")))


def downgrade() -> None:
    """Refuse: masks could be used a second time."""
    raise NotImplementedError("restore a backup of the database instead")


def _masked_answers() -> None:
    op.create_table(
        "masked_answers",
        sa.Column("pair", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scope", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_masked_answers_record_id"),
        sa.PrimaryKeyConstraint("pair", name="pk_masked_answers"),
    )
    with op.batch_alter_table("masked_answers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_masked_answers_scope_record_id_version", ["scope", "record_id", "version"], unique=False
        )
