"""The connection that the large path works in: bounded memory, its spill in a folder of its own.

In   nothing
Out  a DuckDB connection in memory, closed after use
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import duckdb

from retained.delivery.engine.bulk.moves import OwnFolder
from retained.evidence.engine.sql_text import literal

MEMORY = "700MB"


@contextmanager
def large_connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection that loads nothing from elsewhere; what does not fit goes to disk."""
    folder = OwnFolder()
    with closing(duckdb.connect()) as connection:
        for setting in (
            f"SET memory_limit = {literal(MEMORY)}",
            f"SET temp_directory = {literal(str(folder.path))}",
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
        ):
            connection.execute(setting)
        yield connection
