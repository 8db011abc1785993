"""The commands of `unsilenced`, one module each, exposing `command`."""
