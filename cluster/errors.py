class ClusterError(Exception):
    """Postgres cannot run here, or not safely; the message says why and what to set."""
