"""A client connection: requests in, responses out, in order."""
