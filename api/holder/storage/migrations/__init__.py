"""Versions of the tables, run by Alembic (`api/service/migrations.py`)."""
