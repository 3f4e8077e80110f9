"""Drivers that are pages: Chromium with a profile for each device, and a clock of ours."""
