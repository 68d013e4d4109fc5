"""What all commands need: the stores that are known, names, times, and what is printed."""
