"""auth/: getting authorised."""

from collections import Counter

from harness.domain.error_codes import sdk_code
from harness.domain.evidence import Evidence
from harness.domain.generation import DLS
from harness.domain.message import AuthorizationRequest, Refusal
from harness.domain.recording import Configuration, StartAnswered
from harness.domain.verdict import Severity
from harness.history import fact, mark
from harness.history.session import Attempt
from harness.rules.involved import answered, asked, called, outcome_text, submitted
from harness.rules.rule import MESSAGE_SESSION, TOLD, WITH_CONFIG, WITH_USAGE, Rule


class RequestedAtStart(Rule):
    """
    A start with no valid local licence asks a server before it reports success.

    Source:   "During initialization, Dynamsoft SDKs connect to DLS to get authorized" /
              "connect to LTS to authenticate" (C-20).
    Observes: starts that report success while a server could be reached.
    Violated: no authorisation request since the start was called.
    Silent:   every success rested on a local licence.
    """

    id = "auth/requested-at-start"
    evidence = MESSAGE_SESSION | {Evidence.OUTCOME}

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Count the requests since start was called."""
        session = seen.session
        outcome = session.outcome
        if outcome is None or not outcome.authorized or session.had_licence:
            return
        if _is_offline(session.configuration) or not seen.up:
            return
        if session.attempts:
            self.expose()
            return
        self.violate(
            session.device,
            outcome.at,
            (called(session), answered(session)),
            "an authorisation request before the start reports success",
            "success, and no request",
        )


class CarriesClientUuid(Rule):
    """
    Every authorisation request carries a client UUID.

    Source:   "The request includes the Client UUID and the handshake code" (C-21).
    Observes: every authorisation request.
    Violated: it has none, or an empty one.
    Silent:   nobody asked.
    """

    id = "auth/carries-client-uuid"
    evidence = frozenset({Evidence.MESSAGE})

    def on_authorization(self, seen: fact.AuthorizationSeen) -> None:
        """Look at each request."""
        request = _request(seen.attempt)
        if request and request.client_uuid:
            self.expose()
            return
        self.violate(
            seen.session.device,
            seen.attempt.exchange.at,
            (called(seen.session), asked(seen.attempt)),
            "a client UUID in the authorisation request",
            seen.attempt.exchange.problem or "none",
        )


class CarriesLicenceSelector(Rule):
    """
    It carries the configured handshake code unchanged; without one, the organization ID.

    Source:   "The handshake code is fetched from your code" (C-05, C-21); DLS: "Specify
              the Organization ID" (C-07).
    Observes: every authorisation request, and what the SDK was told.
    Violated: another code, byte for byte; with only an organization ID configured (DLS),
              another organization ID.
    Silent:   nobody asked.
    """

    id = "auth/carries-licence-selector"
    evidence = WITH_CONFIG
    weaker = TOLD
    told = ("handshake_code", "organization_id")

    def on_authorization(self, seen: fact.AuthorizationSeen) -> None:
        """Compare each request with the configuration."""
        told, request = seen.session.configuration, _request(seen.attempt)
        if told.product_keys:
            return
        if told.handshake_code:
            name, wanted = "handshake code", told.handshake_code
            got = request and request.handshake_code
        elif told.organization_id and self.context.generation is DLS:
            name, wanted = "organization ID", told.organization_id
            got = request and request.organization_id
        else:
            return
        if got == wanted:
            self.expose()
            return
        self.violate(
            seen.session.device,
            seen.attempt.exchange.at,
            (called(seen.session), asked(seen.attempt)),
            f"the configured {name}, {wanted!r}",
            f"{got!r}",
        )


class RefusalSurfaced(Rule):
    """
    After a definitive refusal the start reports failure to its caller.

    Source:   "Otherwise, a failure message is returned"; the samples test the code (C-30);
              server code nnn is -20nnn in the SDK (C-31, DLS). LTS: any code but zero.
    Observes: starts in which a server refused with a code other than 100, and none
              granted afterwards.
    Violated: success, or another code.
    Silent:   no start was refused.
    """

    id = "auth/refusal-surfaced"
    evidence = MESSAGE_SESSION | {Evidence.OUTCOME}
    reads = ("authorization", "answer")

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Compare the refusal with what the caller was told."""
        session, refused = seen.session, seen.session.refusal
        outcome = session.outcome
        if refused is None or outcome is None:
            return
        if session.grant and session.grant.entry > refused.entry:
            return
        answer = refused.exchange.answer
        assert isinstance(answer, Refusal)
        assert answer.code is not None
        wanted, is_told = self._wanted(answer.code, outcome)
        if is_told:
            self.expose()
            return
        self.violate(
            session.device,
            outcome.at,
            (asked(refused), answered(session)),
            f"the start fails with {wanted}: the server refused with code {answer.code}",
            outcome_text(outcome),
        )

    def _wanted(self, server_code: int, outcome: StartAnswered) -> tuple[str, bool]:
        code = outcome.error.code if outcome.error else 0
        if self.context.generation.surfaces_server_code:
            wanted = sdk_code(server_code)
            return f"code {wanted}", not outcome.authorized and code == wanted
        return "a code other than 0", not outcome.authorized and code != 0


class OneLicenceKind(Rule):
    """
    A product key and an online licence are never used together.

    Source:   "Although both licensing ways are supported, they cannot be used together"
              (C-09).
    Observes: starts with a product key and an organization ID or a handshake code.
    Violated: requests of one session carry both kinds.
    Silent:   no such start.
    """

    id = "auth/one-licence-kind"
    evidence = WITH_CONFIG | {Evidence.OUTCOME}
    generations = (DLS,)
    capability = "product-keys"

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Look at which kinds the session's requests carried."""
        session = seen.session
        told = session.configuration
        if not told.product_keys or not (told.handshake_code or told.organization_id):
            return
        with_key = [a for a in session.attempts if _has_key(a, told.product_keys)]
        online = [a for a in session.attempts if _is_online(a)]
        if not with_key or not online:
            self.expose()
            return
        outcome = session.outcome
        assert outcome is not None
        self.violate(
            session.device,
            outcome.at,
            (called(session), asked(online[0]), asked(with_key[0])),
            "a refused start, or either the product key or the online licence",
            "both in the requests of one start",
        )


class UnreachableSurfaced(Rule):
    """
    With no server reachable and no valid local licence the start reports failure.

    Source:   error codes -20003 and -20200 (C-38).
    Observes: starts on a device that was never authorised, in which no server gave a
              proper answer.
    Violated: success.
    Silent:   a server always answered, or a licence was at hand.
    """

    id = "auth/unreachable-surfaced"
    severity = Severity.SHOULD
    evidence = MESSAGE_SESSION | {Evidence.OUTCOME}

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Compare with what the caller was told."""
        session, outcome = seen.session, seen.session.outcome
        if not seen.is_unreachable or outcome is None or session.device.was_granted:
            return
        if _is_offline(session.configuration):
            return
        if not outcome.authorized:
            self.expose()
            return
        attempts = tuple(map(asked, session.attempts[-1:]))
        self.violate(
            session.device,
            outcome.at,
            (called(session), *attempts, answered(session)),
            "a failed start: no server could be reached, and no licence is at hand",
            "success",
        )


class RefusedDoesNotCount(Rule):
    """
    A device that was never authorised submits no usage.

    Source:   tracked functions do not work without authorisation (C-29, Q14).
    Observes: operations asked of a device that no server ever authorised.
    Violated: it submits usage.
    Silent:   every device was authorised before it was asked to work.
    """

    id = "auth/refused-does-not-count"
    severity = Severity.SHOULD
    evidence = WITH_USAGE
    reads = ("authorization", "usage")
    about = mark.UNGRANTED

    def on_operation(self, seen: fact.OperationSeen) -> None:
        """An operation asked of such a device is an exposure."""
        session = seen.work.session
        self.expose(int(session is not None and not session.device.was_granted))

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Look for units."""
        device = seen.session.device
        carried = [claim for claim in seen.claims if claim.units]
        if device.was_granted or not carried:
            return
        self.violate(
            device,
            seen.submission.at,
            (called(seen.session), submitted(seen.submission)),
            "no usage of a device that was never authorised",
            f"{sum(claim.units for claim in carried)} units",
            client_uuid=carried[0].report.client_uuid,
        )


class SendsSessionPassword(Rule):
    """
    A configured session password is in the authorisation request.

    Source:   session passwords protect a handshake code (C-08).
    Observes: every authorisation request for which a password was configured.
    Violated: it carries another one, or none.
    Silent:   no password was configured.
    """

    id = "auth/sends-session-password"
    severity = Severity.SHOULD
    generations = (DLS,)
    capability = "session-password"
    evidence = WITH_CONFIG
    weaker = TOLD
    told = ("session_password",)

    def on_authorization(self, seen: fact.AuthorizationSeen) -> None:
        """Compare each request with the configuration."""
        wanted = seen.session.configuration.session_password
        request = _request(seen.attempt)
        if not wanted:
            return
        if request and request.session_password == wanted:
            self.expose()
            return
        self.violate(
            seen.session.device,
            seen.attempt.exchange.at,
            (called(seen.session), asked(seen.attempt)),
            "the configured session password",
            "none" if request is None or not request.session_password else "another",
        )


class BoundedAttempts(Rule):
    """
    One start makes at most 3 attempts at any one server.

    Source:   undocumented; a start that goes on asking hides an outage (C-32).
    Observes: the authorisation requests of each start, by server.
    Violated: more than 3 at one of them.
    Silent:   nobody asked.
    """

    id = "auth/bounded-attempts"
    severity = Severity.SHOULD
    evidence = frozenset({Evidence.ENVELOPE, Evidence.SESSION})

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Count by server."""
        counts = Counter(attempt.exchange.server for attempt in seen.session.attempts)
        for server, count in counts.items():
            if count <= _MOST_ATTEMPTS:
                self.expose()
                continue
            mine = [a for a in seen.session.attempts if a.exchange.server == server]
            self.violate(
                seen.session.device,
                mine[-1].exchange.at,
                tuple(map(asked, mine)),
                f"at most {_MOST_ATTEMPTS} requests to the {server} server in one start",
                f"{count}",
            )


RULES = (
    RequestedAtStart,
    CarriesClientUuid,
    CarriesLicenceSelector,
    RefusalSurfaced,
    UnreachableSurfaced,
    RefusedDoesNotCount,
    SendsSessionPassword,
    BoundedAttempts,
    OneLicenceKind,
)

_MOST_ATTEMPTS = 3


def _is_offline(configuration: Configuration) -> bool:
    """A product key alone is a licence that needs no server."""
    is_online = configuration.handshake_code or configuration.organization_id
    return bool(configuration.product_keys) and not is_online


def _request(attempt: Attempt) -> AuthorizationRequest | None:
    request = attempt.exchange.request
    return request if isinstance(request, AuthorizationRequest) else None


def _has_key(attempt: Attempt, key: str) -> bool:
    """The key's field has no settled name: it is looked for in the body as well."""
    request = _request(attempt)
    named = request is not None and request.product_keys == key
    return named or key in (attempt.exchange.body or "")


def _is_online(attempt: Attempt) -> bool:
    request = _request(attempt)
    return request is not None and bool(request.handshake_code or request.organization_id)
