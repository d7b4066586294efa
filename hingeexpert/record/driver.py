"""The door to SQLite: the library that reads and writes the record's file.

With it a file can be encrypted as a whole; where it is not installed, as in a browser, the standard
library's does the rest, and makes the plain copies in memory. Nothing else of the record imports
either.
"""

from sqlite3 import Connection as PlainConnection
from sqlite3 import DatabaseError as PlainDatabaseError
from sqlite3 import connect as connect_plain

try:
    from sqlcipher3.dbapi2 import (
        Connection,
        DatabaseError,
        Error,
        IntegrityError,
        OperationalError,
        Row,
        complete_statement,
        connect,
    )

    CAN_ENCRYPT = True
except ImportError:
    from sqlite3 import (
        Connection,
        DatabaseError,
        Error,
        IntegrityError,
        OperationalError,
        Row,
        complete_statement,
        connect,
    )

    CAN_ENCRYPT = False

__all__ = [
    "CAN_ENCRYPT",
    "Connection",
    "DatabaseError",
    "Error",
    "IntegrityError",
    "OperationalError",
    "PlainConnection",
    "PlainDatabaseError",
    "Row",
    "complete_statement",
    "connect",
    "connect_plain",
]
