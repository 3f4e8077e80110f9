"""
A small licence SDK: asks to be authorised, counts usage and reports it.

An application makes one :class:`LicenceClient`, starts it, records what it does, and calls
`poll` from its loop.
"""

from licence_client.client import LicenceClient
from licence_client.errors import LicenceError
from licence_client.generation import DLS, GENERATIONS, LTS, Generation
from licence_client.operation import Operation
from licence_client.settings import Settings

__all__ = [
    "DLS",
    "GENERATIONS",
    "LTS",
    "Generation",
    "LicenceClient",
    "LicenceError",
    "Operation",
    "Settings",
]
