"""Real PostgreSQL and Valkey servers from wheels, run as children of our own supervisor."""
