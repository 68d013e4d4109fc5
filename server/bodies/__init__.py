"""Request bodies as ``wsgi.input``: read straight from the socket, never a clean end if cut."""
