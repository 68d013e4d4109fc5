"""The formats of bodies that are parsed: forms, hashmaps, lists."""
