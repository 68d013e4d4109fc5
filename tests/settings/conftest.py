from tests.cluster.conftest import cluster, durable, place, seed

__all__ = ["cluster", "durable", "place", "seed"]
