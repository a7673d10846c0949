"""What alembic runs. ``storage.schema.migrate`` hands over a connection that is already inside its transaction."""

from __future__ import annotations

from alembic import context

from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,  # SQLite alters a table by making it again
)
context.run_migrations()
