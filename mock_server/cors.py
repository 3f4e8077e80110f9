"""What lets a browser's page of any origin talk to a mock."""

from collections.abc import Mapping

#: What an answer carries for whoever does not say where he comes from.
FOR_ANYBODY = {"Access-Control-Allow-Origin": "*"}


def cors_headers(request_headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that every answer carries."""
    origin = request_headers.get("Origin")
    if origin is None:
        return dict(FOR_ANYBODY)
    # A request with credentials is not content with a star.
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }


def preflight_headers(request_headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of an answer to a preflight request, besides those of all."""
    asked = request_headers.get
    return {
        "Access-Control-Allow-Methods": asked("Access-Control-Request-Method", "*"),
        "Access-Control-Allow-Headers": asked("Access-Control-Request-Headers", "*"),
        "Access-Control-Allow-Private-Network": "true",
        "Access-Control-Max-Age": "600",
    }
