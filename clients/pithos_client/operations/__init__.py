"""What Pithos does beyond containers and objects: history, copies, sharing, folders."""
