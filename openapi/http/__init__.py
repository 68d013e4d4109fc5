"""Where the document is served."""
