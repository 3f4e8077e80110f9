"""Defects of getting a licence, and of whom is spoken to."""

from variant import DLS_ONLY, Variant

from faulty import answer, attempt, auth, device, failure, identity, offline, pair, server
from faulty.defect import defect

#: By name, in the order of the rule catalogue.
ACCESS: dict[str, Variant] = {
    # auth
    "authorises-late": defect(auth.AuthorisesLate, "auth/requested-at-start"),
    "grant-in-memory": defect(
        attempt.GrantInMemory,
        "auth/requested-at-start",
        condition="when a licence ends within one process",
    ),
    "first-request-without-uuid": defect(
        auth.FirstRequestWithoutUuid, "auth/carries-client-uuid"
    ),
    "code-normalised": defect(auth.CodeNormalised, "auth/carries-licence-selector"),
    "code-in-ascii": defect(
        attempt.CodeInAscii,
        "auth/carries-licence-selector",
        condition="with a code beyond ASCII",
    ),
    "code-cut-short": defect(
        attempt.CodeCutShort,
        "auth/carries-licence-selector",
        condition="with a code of more than 63 characters",
    ),
    "refusal-swallowed": defect(auth.RefusalSwallowed, "auth/refusal-surfaced"),
    "quota-is-warning": defect(
        attempt.QuotaIsWarning,
        "auth/refusal-surfaced",
        condition="when the quota is used up",
    ),
    "refusal-falls-back": defect(
        attempt.RefusalFallsBack,
        "auth/refusal-surfaced",
        condition="while a local licence holds",
    ),
    "newest-code-unknown": defect(
        attempt.NewestCodeUnknown,
        "auth/refusal-surfaced",
        condition="on code 151",
        generations=DLS_ONLY,
    ),
    "unreachable-swallowed": defect(auth.UnreachableSwallowed, "auth/unreachable-surfaced"),
    "garbled-is-grant": defect(
        attempt.GarbledIsGrant, "auth/unreachable-surfaced", condition="on a garbled answer"
    ),
    "counts-when-refused": defect(auth.CountsWhenRefused, "auth/refused-does-not-count"),
    "password-left-out": defect(
        auth.PasswordLeftOut, "auth/sends-session-password", generations=DLS_ONLY
    ),
    "password-of-first-start": defect(
        attempt.PasswordOfFirstStart,
        "auth/sends-session-password",
        condition="after the password was changed",
        generations=DLS_ONLY,
    ),
    "asks-five-times": defect(auth.AsksFiveTimes, "auth/bounded-attempts"),
    "asks-again-when-busy": defect(
        attempt.AsksAgainWhenBusy, "auth/bounded-attempts", condition="on a 503"
    ),
    "two-licence-kinds": defect(
        auth.TwoLicenceKinds, "auth/one-licence-kind", generations=DLS_ONLY
    ),
    # identity
    "shared-uuid": defect(
        identity.SharedUuid,
        "identity/created-when-absent",
        "identity/distinct-per-device",
        "identity/fresh-after-wipe",
    ),
    "uuid-from-clock": defect(
        device.UuidFromClock,
        "identity/created-when-absent",
        "identity/distinct-per-device",
        condition="with two devices in one second",
    ),
    # Where the first attempt is refused at the door nobody sees it: the second one's UUID
    # is all that is seen of the session.
    "uuid-per-attempt": defect(
        identity.UuidPerAttempt,
        "identity/stable-within-session",
        "identity/persists-across-sessions",
        "identity/reports-carry-it",
    ),
    "uuid-per-start": defect(identity.UuidPerStart, "identity/persists-across-sessions"),
    "uuid-changes-form": defect(
        device.UuidChangesForm, "identity/persists-across-sessions"
    ),
    "uuid-expires": defect(
        device.UuidExpires,
        "identity/persists-across-sessions",
        condition="after thirty days off",
    ),
    "refusal-clears-cache": defect(
        device.RefusalClearsCache,
        "identity/persists-across-sessions",
        condition="after a refusal",
    ),
    "uuid-lost-in-crash": defect(identity.UuidLostInCrash, "identity/survives-crash"),
    "uuid-per-code": defect(identity.UuidPerCode, "identity/independent-of-licence"),
    "report-uuid-of-its-own": defect(
        identity.ReportUuidOfItsOwn,
        "identity/reports-carry-it",
        "identity/stable-within-session",
    ),
    "uuid-roams": defect(
        device.UuidRoams,
        "identity/distinct-per-device",
        "identity/persists-across-sessions",
        condition="when the licences of two devices have ended",
    ),
    "uuid-outlives-wipe": defect(identity.UuidOutlivesWipe, "identity/fresh-after-wipe"),
    # server, failover, offline
    "remembers-server": defect(server.RemembersServer, "server/uses-given"),
    "backlog-to-old-server": defect(
        pair.BacklogToOldServer,
        "server/uses-given",
        condition="when the server moves with usage pending",
    ),
    "loses-prefix": defect(server.LosesPrefix, "server/keeps-url-prefix"),
    "prefix-first-step": defect(
        pair.PrefixFirstStep,
        "server/keeps-url-prefix",
        condition="with a path of two steps",
    ),
    "prefix-lost-on-standby": defect(
        pair.PrefixLostOnStandby, "server/keeps-url-prefix", condition="on the standby"
    ),
    "prefix-lost-on-reports": defect(
        pair.PrefixLostOnReports,
        "server/keeps-url-prefix",
        "usage/nothing-lost",
        "failover/report-arrives-or-is-kept",
    ),
    "trusts-anyone": defect(server.TrustsAnyone, "server/verifies-tls"),
    "any-host-name": defect(
        server.AnyHostName,
        "server/verifies-tls",
        condition="with a certificate for another name",
    ),
    "standby-first": defect(server.StandbyFirst, "failover/main-first"),
    "sticks-to-standby": defect(
        pair.SticksToStandby,
        "failover/main-first",
        condition="after the standby has granted",
    ),
    "no-failover": defect(server.NoFailover, "failover/standby-when-unreachable"),
    "failover-on-refused-only": defect(
        pair.FailoverOnRefusedOnly,
        "failover/standby-when-unreachable",
        condition="when the main server takes connections",
    ),
    "hundred-is-yes": defect(server.HundredIsYes, "failover/standing-by-is-no-licence"),
    "drops-when-server-down": defect(
        failure.DropsWhenServerDown,
        "failover/report-arrives-or-is-kept",
        "usage/nothing-lost",
    ),
    "standby-unchecked": defect(
        answer.StandbyUnchecked,
        "failover/report-arrives-or-is-kept",
        "usage/nothing-lost",
        "submit/failed-goes-out-next-session",
        condition="when the standby fails, too",
    ),
    "no-offline": defect(server.NoOffline, "offline/works-while-valid"),
    "licence-for-one-day": defect(
        offline.LicenceForOneDay,
        "offline/works-while-valid",
        condition="after a day offline",
    ),
    "offline-if-disconnected": defect(
        offline.OfflineIfDisconnected,
        "offline/works-while-valid",
        condition="when the server answers with an error",
    ),
    "licence-for-ever": defect(server.LicenceForEver, "offline/refused-once-over"),
    "licence-to-end-of-day": defect(
        offline.LicenceToEndOfDay, "offline/refused-once-over", condition="on the last day"
    ),
}
