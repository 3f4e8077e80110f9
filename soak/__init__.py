"""Soak: everything at once, for minutes, with kills; nothing may be lost or left behind."""
