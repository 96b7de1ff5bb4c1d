"""Which entries are final: what a sealer may chain while others are still writing.

SQLite has one writer at a time, so entries become visible in the order of their ids and every
visible entry is final. PostgreSQL hands out ids before the transactions that use them end:
entry 7 may be there while entry 5 is still to come, or never comes. Sealing 7 first would break
the order for ever; waiting for gaps to fill would wait for ever on a rolled-back one; a lock
around writing would let one long import hold up everybody.

So each PostgreSQL transaction that writes announces, before it draws its first id, the id that
the counter stood at. It does so by a shared advisory lock, whose key carries that id: nobody ever
waits for it, and the server lets go of it when the transaction ends, however it ends. All ids of
a transaction are greater than the id that it announced. Hence, with

    M = greatest visible id, read first, and
    L = least announced id of transactions still open, read second,

no entry with an id up to min(M, L) can appear any more: a transaction that announces later
draws ids greater than M.
"""

from django.db import connection
from django.db.models import Max

from retained.audit.models import Entry

# The upper 16 bits of the lock's 64-bit key say "the record"; the lower 48 carry the id.
_SPACE = 0x5265

_ANNOUNCE = f"""
    SELECT pg_advisory_xact_lock_shared(({_SPACE}::bigint << 48) | drawn),
           set_config('retained.record_from', drawn::text, true)
      FROM (SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END AS drawn
              FROM record_entry_id_seq) AS counter
     WHERE coalesce(current_setting('retained.record_from', true), '') = ''
"""  # noqa: S608 - the only value is a constant of this file

_LEAST_ANNOUNCED = f"""
    SELECT min(((classid::bigint & 65535) << 32) | objid::bigint)
      FROM pg_locks
     WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = {_SPACE}
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND pid <> pg_backend_pid()
"""  # noqa: S608 - the only value is a constant of this file


def announce_writing() -> None:
    """Tell sealers, once in a transaction, from which id on this transaction may write.

    The setting and the lock belong to the transaction: both go with a rolled-back savepoint,
    and the next entry then announces itself anew.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_ANNOUNCE)


def final_up_to() -> int:
    """Return the id up to which no entry can appear any more; 0 for an empty record.

    The own transaction does not count as open: its seals stand or fall with its entries.
    """
    greatest = Entry.objects.aggregate(greatest=Max("id"))["greatest"] or 0
    if connection.vendor != "postgresql":
        return int(greatest)
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        if cursor.fetchone() != ("read committed",):
            # Under one snapshot for the whole transaction, entries that became visible
            # after M was read would be passed over.
            raise RuntimeError("The record is sealed under READ COMMITTED only.")
        cursor.execute(_LEAST_ANNOUNCED)
        (least,) = cursor.fetchone()
    return int(greatest) if least is None else min(int(greatest), int(least))
