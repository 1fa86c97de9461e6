"""The embedded tier: the stream in one SQLite file, and the wake-up between processes."""
