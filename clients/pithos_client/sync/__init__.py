"""Keeping a folder and a container the same: ``Synchronizer``."""

from pithos_client.sync.applying import Done, Synchronizer
from pithos_client.sync.planning import Action, Direction, Kind

__all__ = ["Action", "Direction", "Done", "Kind", "Synchronizer"]
