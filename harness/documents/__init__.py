"""Files that people write, read into types; what is wrong is told with file and line."""
