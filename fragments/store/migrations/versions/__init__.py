"""One numbered file a step; each goes up, down and up again."""
