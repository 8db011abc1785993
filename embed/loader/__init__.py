"""The loader: the script that replaces a pasted quotation by a genuine fragment, its source and its released files."""
