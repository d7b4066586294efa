"""The door to SQLite: the library that reads and writes the record's file.

With it a file can be encrypted as a whole; where it is not installed, as in a browser, the standard
library's does the rest. Nothing else of the record imports either.
"""

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
    "Row",
    "complete_statement",
    "connect",
]
