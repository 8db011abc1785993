"""What comes in from outside: pages, feeds, files, and what the public hands in. Nothing of it is trusted."""
