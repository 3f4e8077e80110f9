"""What may go wrong on purpose, and which request it strikes: data and pure decisions."""

from mock_server.faults.candidate import Candidate
from mock_server.faults.check import check_fault
from mock_server.faults.damage import TRAITS, Damage, Trait
from mock_server.faults.fault import Fault
from mock_server.faults.one_liner import parse_fault, render_fault
from mock_server.faults.plan import FaultPlan, Standing
from mock_server.faults.wording import describe

__all__ = [
    "TRAITS",
    "Candidate",
    "Damage",
    "Fault",
    "FaultPlan",
    "Standing",
    "Trait",
    "check_fault",
    "describe",
    "parse_fault",
    "render_fault",
]
