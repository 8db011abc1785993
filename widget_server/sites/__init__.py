"""Owners of sites: registering, their own numbers, what the public is told, visits that look for the snippet."""
