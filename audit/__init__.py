"""Who did what to whom, when and from where: written once, never changed."""
