"""The terms of the registry as frozen values, without I/O. Sizes are bytes, times aware UTC."""
