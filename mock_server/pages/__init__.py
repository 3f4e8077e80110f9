"""What a stand-alone mock shows to people: pages that ask its own admin API."""
