"""Finds passages in long texts: sentences, suggestions, near-duplicates, the likely language, names of people. Pure."""
