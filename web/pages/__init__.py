"""What pages that people look at need."""
