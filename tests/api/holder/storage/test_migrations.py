"""The migrations give the declared tables, on both databases."""

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from api.holder.app import MIGRATIONS
from api.holder.mailing import noted
from api.holder.storage import next_key, peers
from api.holder.storage.tables import metadata
from api.service.database import Database
from api.service.migrations import create_or_require, differences, revision, upgrade


def test_the_migrated_tables_are_the_declared_ones(database: Database) -> None:
    create_or_require(database, MIGRATIONS, "milap holder upgrade")
    assert differences(database, metadata) == []
    assert revision(database) == "0005"


def test_a_second_start_finds_the_tables_as_they_are(database: Database) -> None:
    create_or_require(database, MIGRATIONS, "milap holder upgrade")
    create_or_require(database, MIGRATIONS, "milap holder upgrade")
    assert revision(database) == "0005"


def test_cards_without_a_masking_key_are_made_and_compared_anew(database: Database) -> None:
    moment = "2026-11-21 12:00:00+00:00"
    old = [
        "INSERT INTO facts (name, value, changed_at)"
        f""" VALUES ('own-card', '{{"card": {{"format": 1}}, "published": true}}', '{moment}')""",
        f"INSERT INTO facts (name, value, changed_at) VALUES ('last-contact', '{moment}', '{moment}')",
        f"""INSERT INTO peers (partner, card, changed_at) VALUES ('punjab', '{{"format": 1}}', '{moment}')""",
    ]
    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.migrate() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "0003")
        for statement in old:
            conn.exec_driver_sql(statement)
    upgrade(database, MIGRATIONS)
    with database.read() as conn:
        assert noted.own_card(conn) is None
        assert peers.everyone(conn) == []
        assert conn.execute(text("SELECT count(*) FROM facts")).scalar_one() == 1


def test_what_waits_for_no_put_is_not_due_under_a_next_key(database: Database) -> None:
    moment = "2026-11-21 12:00:00+00:00"
    record = "INSERT INTO records (id, ref, kind, version, state, source, created_at, changed_at, changed_by)"
    old = [
        f"{record} VALUES ({number}, '{number:022}', 'missing', 3, 'active', 'police', '{moment}', '{moment}', 'c')"
        for number in (1, 2)
    ] + [
        "INSERT INTO outbox (record_id, version, action, state, attempts, queued_at, ever_sent)"
        f" VALUES ({number}, 3, '{action}', 'arrived', 0, '{moment}', TRUE)"
        for number, action in ((1, "put"), (2, "withdraw"))
    ]
    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.migrate() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "0004")
        for statement in old:
            conn.exec_driver_sql(statement)
    upgrade(database, MIGRATIONS)
    with database.read() as conn:
        assert [row.record_id for row in next_key.due(conn, 10)] == [1]
        assert next_key.counts(conn).total == 1
