"""Which generation of the protocol a capture is of."""

from harness.domain.generation import GENERATIONS
from harness.domain.message import AuthorizationRequest, UsageSubmission
from harness.domain.recording import Exchange

#: What a capture is judged by that says nothing of its generation.
DEFAULT = "dls"


def generation_told_by(exchange: Exchange) -> str | None:
    """Return the generation that *exchange* names, or that its time labels are made by."""
    match exchange.request:
        case AuthorizationRequest(generation=str(name)) if name in GENERATIONS:
            return name
        case UsageSubmission(reports=reports):
            labels = [r.time_label for r in reports if r.time_label is not None]
            fitting = [
                name
                for name, generation in GENERATIONS.items()
                if labels and all(map(generation.is_on_grid, labels))
            ]
            return fitting[0] if fitting else None
    return None
