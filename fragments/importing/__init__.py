"""Takes an editor's files into the archive: read, name, build, save, report."""
