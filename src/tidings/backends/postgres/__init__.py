"""The tier of one database: the stream in PostgreSQL, and the wake-up between all who use it."""
