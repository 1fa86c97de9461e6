"""Studio, for now one page: what came in, what became of it, and what would be sent."""
