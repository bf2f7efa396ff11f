"""Living and dead cells."""
