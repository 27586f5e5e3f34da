"""The versions of the hub's tables, and how Alembic runs them."""
