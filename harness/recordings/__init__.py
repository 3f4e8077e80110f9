"""Recordings as files: written event by event, read back as they were."""
