"""What says whose a token is, a file for each: other services, signed tokens, a proxy in front."""
