"""Insertions that say what becomes of a row whose key exists, in words that every dialect takes."""

from sqlalchemy import Table, TextClause, text

KEEP_FIRST = "ON CONFLICT DO NOTHING"


def replacing(table: Table, *columns: str) -> str:
    """Replace these columns of a row that exists."""
    key = ", ".join(table.primary_key.columns.keys())
    return f"ON CONFLICT ({key}) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in columns)


def insertion(table: Table, clause: str = KEEP_FIRST) -> TextClause:
    """Insert whole rows, whose parameters are named as the columns are."""
    names = table.columns.keys()
    values = ", ".join(f":{name}" for name in names)
    return text(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values}) {clause}")
