"""What a mock licence server is told: organizations, codes, licence items, a period."""
