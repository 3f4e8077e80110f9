"""The mock for programs: a context manager, and a fixture of pytest's."""

from mock_server.library.running import Mock, running_mock

__all__ = ["Mock", "running_mock"]
