"""行政区划: regions and their codes."""
