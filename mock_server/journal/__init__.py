"""What came to a mock and what went out: kept in bounds, searched, counted."""
