"""What an application is bound to."""

from typing import Literal

from mock_server.world.part import Part

BindingKind = Literal["website-domain", "application-id", "process-name"]


class ValidationField(Part, frozen=True, kw_only=True):
    """
    One value that an application's own characteristic may have.

    Source: the vendor's terms: website domain, application ID (mobile), process name
    (desktop, server, embedded).

    Attributes:
        value: Of a website domain ``*.example.com`` stands for the domain and all
            below it; compared without regard to case. The others must be equal.
    """

    kind: BindingKind
    value: str

    def is_met_by(self, kind: str | None, value: str | None) -> bool:
        """Tell whether an application that is *value* in respect of *kind* fits."""
        if kind != self.kind or value is None:
            return False
        if self.kind != "website-domain":
            return value == self.value
        return _is_below(value.lower(), self.value.lower())


def _is_below(domain: str, pattern: str) -> bool:
    if not pattern.startswith("*."):
        return domain == pattern
    return domain == pattern[2:] or domain.endswith(pattern[1:])
