"""Where state and stream live: `sql` for state on any database, `sqlite` for the embedded stream."""
