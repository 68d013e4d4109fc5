"""How long requests took, as far as buckets tell."""

from collections.abc import Sequence

from observability.metrics import BUCKETS


def quantile(share: float, counts: Sequence[int]) -> float | None:
    """Return the seconds within which a share of all requests was answered.

    counts: requests in each bucket, those of ``BUCKETS`` and one of longer ones. Within a bucket
    they are taken to be spread evenly; a longer one is as long as the longest bound. None: there
    were no requests.
    """
    total = sum(counts)
    if not total:
        return None
    wanted, seen, low = share * total, 0, 0.0
    for count, bound in zip(counts, BUCKETS, strict=False):
        if count and seen + count >= wanted:
            return min(bound, low + (bound - low) * (wanted - seen) / count)
        seen, low = seen + count, bound
    return BUCKETS[-1]
