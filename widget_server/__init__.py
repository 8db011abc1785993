"""The Flask applications, the lane in front of them, and the command line."""
