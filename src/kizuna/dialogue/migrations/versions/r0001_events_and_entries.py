"""The first tables: events that only grow, and a table for each of the twelve kinds of entry."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEVER = "an event of the register is never changed or deleted"
SQLITE_GUARDS = (
    f"CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, '{NEVER}'); END",
    f"CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, '{NEVER}'); END",
    # INSERT OR REPLACE deletes without asking the trigger above.
    "CREATE TRIGGER events_no_replace BEFORE INSERT ON events "
    "WHEN EXISTS (SELECT 1 FROM events WHERE number = NEW.number) "
    f"BEGIN SELECT RAISE(ABORT, '{NEVER}'); END",
)
POSTGRESQL_GUARDS = (
    "CREATE FUNCTION events_never_change() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{NEVER}'; END $$",
    "CREATE TRIGGER events_no_update BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
    "FOR EACH STATEMENT EXECUTE FUNCTION events_never_change()",
)


def upgrade() -> None:
    """Make the tables, what they are looked up by, and the guards of the events."""
    op.create_table(
        "events",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(_needed(name) for name in ("who", "why", "act", "kind", "id")),
        _needed("content", sa.JSON),
        _optional("rule"),
    )
    _create_entries()
    _create_indexes()
    for guard in POSTGRESQL_GUARDS if op.get_bind().dialect.name == "postgresql" else SQLITE_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    """Refuse: what was written before the first revision is nothing."""
    raise NotImplementedError("the first revision cannot be taken back: delete the register instead")


def _create_entries() -> None:
    _create("area",
        _needed("name"), _optional("broader", to="area"), _needed("baskets", sa.JSON),
    )  # fmt: skip
    _create("document",
        _needed("title"), _needed("kind"), _needed("issuers", sa.JSON), _optional("published"),
        _optional("retrieved"), _needed("language"), _optional("url"), _optional("licence"), _optional("sha256"),
        _optional("text"), _optional("reports", to="document"),
    )  # fmt: skip
    _create("person",
        _needed("name"), _needed("aliases", sa.JSON), _needed("party"),
    )  # fmt: skip
    _create("post",
        _needed("title"), _needed("party"),
    )  # fmt: skip
    _create("series",
        _needed("sources", sa.JSON), _needed("selectors", sa.JSON), _needed("name"), _needed("aliases", sa.JSON),
        _optional("level"), _needed("parties", sa.JSON), _optional("parent", to="series"),
        _optional("established_by"), _optional("every_months", sa.BigInteger),
    )  # fmt: skip
    _create("evidence",
        _optional("document", to="document"), _needed("selectors", sa.JSON), _optional("dataset"),
        _optional("version"), _optional("key"), _optional("value", sa.Double), _optional("unit"),
    )  # fmt: skip
    _create("meeting",
        _needed("sources", sa.JSON), _needed("selectors", sa.JSON), _needed("series", to="series"),
        _optional("ordinal", sa.BigInteger), _optional("start"), _optional("end"), _optional("date_basis"),
        _optional("place"), _optional("mode"), _needed("status"), _optional("previous", to="meeting"),
    )  # fmt: skip
    _create("selector",
        _needed("document", to="document"), _needed("sha256"), _needed("start", sa.BigInteger),
        _needed("end", sa.BigInteger), _needed("exact"), _needed("prefix"), _needed("suffix"),
        _needed("stale", sa.Boolean),
    )  # fmt: skip
    _create("commitment",
        _needed("sources", sa.JSON), _needed("selectors", sa.JSON), _needed("statements", sa.JSON),
        _optional("series", to="series"), _optional("meeting", to="meeting"), _needed("actors", sa.JSON),
        _needed("partners", sa.JSON), _needed("action"), _needed("object"), _optional("target_value", sa.Double),
        _optional("target_unit"), _optional("deadline"), _optional("deadline_text"), _optional("deadline_basis"),
        _optional("condition"), _needed("bindingness"), _needed("areas", sa.JSON),
        _optional("verifiable", sa.Boolean), _optional("verifiable_reason"), _needed("restates", sa.JSON),
        _needed("supersedes", sa.JSON), _needed("advances", sa.JSON),
    )  # fmt: skip
    _create("participation",
        _needed("sources", sa.JSON), _needed("selectors", sa.JSON), _needed("meeting", to="meeting"),
        _needed("person", to="person"), _needed("post", to="post"), _needed("party"), _needed("role"),
    )  # fmt: skip
    _create("statement",
        _needed("sources", sa.JSON), _needed("selectors", sa.JSON), _needed("document", to="document"),
        _optional("meeting", to="meeting"), _needed("speaker"), _needed("kind"), _needed("says"),
        _needed("areas", sa.JSON),
    )  # fmt: skip
    _create("progress",
        _needed("commitment", to="commitment"), _needed("as_of"), _needed("status"), _optional("actor"),
        _optional("score", sa.BigInteger), _needed("rationale"), _needed("evidence", sa.JSON), _needed("author"),
    )  # fmt: skip


def _create_indexes() -> None:
    op.create_index("ix_events_kind_id_number", "events", ["kind", "id", "number"])
    op.create_index("ix_selector_document", "selector", ["document"])
    op.create_index("ix_meeting_series_start", "meeting", ["series", "start"])
    op.create_index("ix_participation_meeting", "participation", ["meeting"])
    op.create_index("ix_statement_meeting", "statement", ["meeting"])
    op.create_index("ix_statement_document", "statement", ["document"])
    op.create_index("ix_statement_state", "statement", ["state"])
    op.create_index("ix_commitment_series", "commitment", ["series"])
    op.create_index("ix_commitment_meeting", "commitment", ["meeting"])
    op.create_index("ix_commitment_state", "commitment", ["state"])
    op.create_index("ix_progress_commitment_as_of", "progress", ["commitment", "as_of"])


def _create(kind: str, *fields: sa.Column[Any]) -> None:
    op.create_table(
        kind,
        sa.Column("id", sa.Text, primary_key=True),
        *fields,
        _needed("state"),
        _optional("rule"),
        _needed("added", sa.BigInteger, to="events"),
        _needed("changed", sa.BigInteger, to="events"),
    )


def _needed(name: str, type_: Any = sa.Text, to: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, type_, *_reference(to), nullable=False)


def _optional(name: str, type_: Any = sa.Text, to: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, type_, *_reference(to), nullable=True)


def _reference(to: str | None) -> list[sa.ForeignKey]:
    """Return the reference to another table, checked when a write is complete."""
    if to is None:
        return []
    return [sa.ForeignKey(f"{to}.{'number' if to == 'events' else 'id'}", deferrable=True, initially="DEFERRED")]
