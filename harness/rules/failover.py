"""server/, failover/ and offline/: which server is asked, and what happens without one."""

from harness.domain.evidence import Evidence
from harness.domain.message import Refusal
from harness.domain.verdict import Severity
from harness.history import fact, mark
from harness.rules.involved import Involved, answered, asked, called, clock
from harness.rules.rule import MESSAGE_SESSION, WITH_USAGE, Rule
from harness.rules.usage import LOST, missing

_OUTCOME = MESSAGE_SESSION | {Evidence.OUTCOME}
_ENVELOPE = frozenset({Evidence.ENVELOPE, Evidence.CONFIG})


class UsesGiven(Rule):
    """
    Every request goes to a server that the application has given.

    Source:   "Configure DLS" / "Configure LTS" (C-01).
    Observes: the address of every request.
    Violated: an address that this session was not given.
    Silent:   nothing was sent.
    """

    id = "server/uses-given"
    evidence = _ENVELOPE
    told = ("servers",)

    def on_request(self, seen: fact.RequestSeen) -> None:
        """Compare the address with the configuration."""
        given, exchange = seen.session.configuration.servers, seen.exchange
        if exchange.base is None:
            return
        if exchange.base in given:
            self.expose()
            return
        self.violate(
            seen.session.device,
            exchange.at,
            (called(seen.session), _requested(seen)),
            f"one of the configured servers, {', '.join(given)}",
            exchange.base,
        )


class KeepsUrlPrefix(Rule):
    """
    A path prefix in the server's URL is kept.

    Source:   reverse proxies that strip a prefix (C-04).
    Observes: requests to servers whose URL has a path.
    Violated: a request beside that path.
    Silent:   no server's URL has one.
    """

    id = "server/keeps-url-prefix"
    severity = Severity.SHOULD
    evidence = _ENVELOPE
    told = ("servers",)

    def on_request(self, seen: fact.RequestSeen) -> None:
        """Look where the request went."""
        exchange = seen.exchange
        base = exchange.base or ""
        # A browser asks beforehand whether it may ask: that is no message of the SDK's.
        if base.count("/") < 3 or exchange.method == "OPTIONS":
            return
        if exchange.kind is not None:
            self.expose()
            return
        self.violate(
            seen.session.device,
            exchange.at,
            (called(seen.session), _requested(seen)),
            f"a request below {base}",
            exchange.path,
        )


class VerifiesTls(Rule):
    """
    A server with a bad certificate hears nothing.

    One that is untrusted, expired or for another name may be anybody's; a request
    carries the device's identity and the session password.

    Source:   https to the server (C-11); good practice.
    Observes: starts with an https server whose certificate is known to be bad.
    Violated: a request arrived there.
    Silent:   no server had a bad certificate.
    """

    id = "server/verifies-tls"
    severity = Severity.SHOULD
    evidence = _ENVELOPE

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Each start with such a server is an exposure."""
        if seen.session.untrustworthy:
            self.expose()

    def on_request(self, seen: fact.RequestSeen) -> None:
        """Look whether it went to such a server."""
        session, exchange = seen.session, seen.exchange
        wrong = session.bad_certificates.get(exchange.base or "")
        if wrong is None:
            return
        self.violate(
            session.device,
            exchange.at,
            (called(session), _requested(seen)),
            f"no request to {exchange.base}, whose certificate is bad ({wrong})",
            f"{exchange.method} {exchange.path}",
            client_uuid=getattr(exchange.request, "client_uuid", None),
        )


class MainFirst(Rule):
    """
    A start asks the main server first.

    Source:   a standby answers 100 while the main server works (C-33).
    Observes: starts with two servers, the main one up.
    Violated: the first request goes to the standby.
    Silent:   no start with two servers.
    """

    id = "failover/main-first"
    capability = "standby-server"
    severity = Severity.SHOULD
    evidence = _ENVELOPE
    told = ("servers",)

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Look at the first request."""
        session = seen.session
        if not session.has_two_servers or "main" not in seen.up or not session.attempts:
            return
        first = session.attempts[0]
        if first.exchange.server == "main":
            self.expose()
            return
        self.violate(
            session.device,
            first.exchange.at,
            (called(session), asked(first)),
            "the first request of a start at the main server",
            "at the standby",
        )


class StandbyWhenUnreachable(Rule):
    """
    When the main server is unreachable, the standby authorises.

    Source:   the purpose of a standby server (C-32).
    Observes: starts with two servers, the main one unreachable, the standby up. A bad
              certificate is no outage: here an SDK may stop.
    Violated: the standby is not asked, or its grant is not taken.
    Silent:   the main server always answered.
    """

    id = "failover/standby-when-unreachable"
    capability = "standby-server"
    severity = Severity.SHOULD
    evidence = _OUTCOME

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Follow the start to the standby."""
        session, outcome = seen.session, seen.session.outcome
        if outcome is None or not session.has_two_servers or "standby" not in seen.up:
            return
        if "main" in session.untrustworthy:
            return
        main = [a for a in session.attempts if a.exchange.server == "main"]
        standby = [a for a in session.attempts if a.exchange.server == "standby"]
        is_answered = any(_is_answer(a.exchange.answer) for a in main)
        if is_answered or ("main" in seen.up and not main):
            return
        if standby and not any(_is_grant(a.exchange.answer) for a in standby):
            return
        if standby and outcome.authorized:
            self.expose()
            return
        if not standby and session.has_local_licence and outcome.authorized:
            return
        self.violate(
            session.device,
            outcome.at,
            (called(session), *map(asked, session.attempts), answered(session)),
            "the standby server asked, and its grant taken",
            "it was not asked" if not standby else "the start failed all the same",
        )


class StandingByIsNoLicence(Rule):
    """
    Code 100 from a standby is not success.

    Source:   error 100: the standby refuses while the main server works (C-33).
    Observes: starts in which a server answered 100 and none granted.
    Violated: success, on a device without a valid local licence.
    Silent:   no server answered 100.
    """

    id = "failover/standing-by-is-no-licence"
    capability = "standby-server"
    severity = Severity.SHOULD
    evidence = _OUTCOME
    reads = ("authorization", "answer")

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Compare with what the caller was told."""
        session, outcome = seen.session, seen.session.outcome
        stood_by = [a for a in session.attempts if _is_standing_by(a.exchange.answer)]
        if not stood_by or outcome is None or session.grant or session.has_local_licence:
            return
        if not outcome.authorized:
            self.expose()
            return
        self.violate(
            session.device,
            outcome.at,
            (asked(stood_by[0]), answered(session)),
            "a failed start: no server has authorised it",
            "success",
        )


class ReportArrivesOrIsKept(Rule):
    """
    With one of two servers down, a report reaches the other or is kept.

    Source:   "the report remains on the device"; which server takes it is undocumented
              (C-84).
    Observes: usage of sessions with two servers, one of which was down.
    Violated: it never arrives at either.
    Silent:   no such session.
    """

    id = "failover/report-arrives-or-is-kept"
    capability = "standby-server"
    evidence = WITH_USAGE
    about = mark.OUTAGE

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Units that were done or due in such an outage and arrive are exposures."""
        if seen.submission.is_accepted:
            lots = [lot for claim in seen.claims for lot in claim.lots]
            self.expose(len([lot for lot in lots if lot.is_of_outage]))

    def on_lot_missing(self, seen: fact.LotMissing) -> None:
        """Such units never arrive."""
        if seen.lot.is_of_outage:
            missing(self, seen, "at one of the two servers, or kept", LOST)


class WorksWhileValid(Rule):
    """
    With a valid local licence and no server, the start succeeds.

    Source:   local licences let a device work offline (C-35, C-37).
    Observes: starts in which no server gave a proper answer, a licence being valid and
              no certificate bad: there an SDK may stop.
    Violated: failure.
    Silent:   no such start.
    """

    id = "offline/works-while-valid"
    severity = Severity.SHOULD
    evidence = _OUTCOME

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Compare with what the caller was told."""
        session, outcome = seen.session, seen.session.outcome
        if outcome is None or not session.has_local_licence or session.grant:
            return
        if session.untrustworthy or (seen.up and not session.attempts):
            return
        if outcome.authorized:
            self.expose()
            return
        self.violate(
            session.device,
            outcome.at,
            (called(session), *map(asked, session.attempts[-1:]), answered(session)),
            "a start that succeeds on the local licence",
            f"failure with code {outcome.error.code if outcome.error else None}",
        )


class RefusedOnceOver(Rule):
    """
    Past the validity of the local licence and with no server, the start fails.

    Source:   local licences end (C-36).
    Observes: starts in which no server gave a proper answer, the licence being over.
    Violated: success.
    Silent:   no such start.
    """

    id = "offline/refused-once-over"
    severity = Severity.SHOULD
    evidence = _OUTCOME

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Compare with what the caller was told."""
        session, outcome = seen.session, seen.session.outcome
        if not seen.is_unreachable or outcome is None or session.had_licence:
            return
        if not session.device.was_granted:
            return
        if not outcome.authorized:
            self.expose()
            return
        self.violate(
            session.device,
            outcome.at,
            (called(session), *map(asked, session.attempts[-1:]), answered(session)),
            "a failed start: the local licence is over and no server answers",
            "success",
        )


RULES = (
    UsesGiven,
    KeepsUrlPrefix,
    VerifiesTls,
    MainFirst,
    StandbyWhenUnreachable,
    StandingByIsNoLicence,
    ReportArrivesOrIsKept,
    WorksWhileValid,
    RefusedOnceOver,
)


def _is_grant(answer: object) -> bool:
    return answer is not None and not isinstance(answer, Refusal)


def _is_standing_by(answer: object) -> bool:
    return isinstance(answer, Refusal) and answer.code == 100


def _is_answer(answer: object) -> bool:
    """A grant or a definitive refusal: the server was reached."""
    if isinstance(answer, Refusal):
        return answer.code not in (None, 100)
    return answer is not None


def _requested(seen: fact.RequestSeen) -> Involved:
    exchange = seen.exchange
    return Involved(
        seen.entry, f"{exchange.method} {exchange.path} at {clock(exchange.at)}"
    )
