"""Run by Alembic."""

from api.service.migrations import run_environment

run_environment()
