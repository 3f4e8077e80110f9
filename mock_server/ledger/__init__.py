"""What a mock took in: entries, and what they add up to."""

from mock_server.ledger.ledger import Ledger
from mock_server.ledger.portion import Account, Portion

__all__ = ["Account", "Ledger", "Portion"]
