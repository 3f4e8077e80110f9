"""Results as one page for a browser: it contains all that it shows, and asks no network."""
