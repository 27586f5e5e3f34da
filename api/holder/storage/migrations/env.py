"""Alembic's entry: the versions beside it run on the connection of `api.service.migrations.upgrade`."""

from api.service.migrations import run_environment

run_environment()
