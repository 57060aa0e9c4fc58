"""Runs revisions on the connection that ``migrations.upgrade`` hands over, in the transaction that it has begun."""

from __future__ import annotations

from alembic import context


def run() -> None:
    """Run what alembic asks for."""
    settings = context.config.attributes
    context.configure(connection=settings["connection"], version_table=settings["version_table"])
    context.run_migrations()


# Alembic loads this file under the name below; whoever imports it as a module runs nothing.
if __name__ == "env_py":
    run()
