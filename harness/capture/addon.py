"""
The mitmproxy add-on: licensing traffic, judged and marked while it goes by.

It belongs before mitmproxy's own Save in the chain, so that marks are in the saved file;
a script given with ``-s`` is. A flow is judged by its final state, not by which hook ran.
"""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mitmproxy import command, ctx, exceptions, http, tls, types
from mitmproxy.contentviews import add as add_contentview

from harness.capture.contentview import DlsLicensing, remember_profile
from harness.capture.ending import ENDING
from harness.capture.exporting import export_events
from harness.capture.live import News
from harness.capture.mitm_file import flow_of
from harness.capture.part_writer import PartWriter
from harness.capture.redaction import Redactor
from harness.capture.settings import OPTIONS, Settings
from harness.capture.summary import explained, summary_of
from harness.capture.writing import CaptureWriter
from harness.documents.bad_input import BadInput
from harness.domain.recording import AnyEvent, Exchange, RecordingClosed, RecordingOpened

_LOG = logging.getLogger("dls")
_MARK = ":red_circle:"
#: So many exchanges are kept for an export; a recording keeps them all.
_MOST_KEPT = 100_000


class DlsAddon:
    """Judges what goes by. One process has one proxy, and so one of these."""

    name = "dls"

    def __init__(self) -> None:
        """Begin without having seen anything."""
        self._settings = Settings()
        self._judge = self._settings.judge()
        self._redactor: Redactor | None = None
        self._writer: CaptureWriter | PartWriter | None = None
        self._written: RecordingOpened | None = None
        self._seen = 0
        self._kept: list[tuple[int, Exchange]] = []
        self._untrusting: set[tuple[str, str]] = set()

    def load(self, loader: Any) -> None:
        """Offer the options, and the view of messages."""
        for name, kind, default, text in OPTIONS:
            loader.add_option(name, kind, default, text)
        add_contentview(DlsLicensing)

    def configure(self, updated: set[str]) -> None:
        """Take over changed options; a wrong one is refused before the proxy runs."""
        if not any(name.startswith("dls_") for name in updated):
            return
        options = ctx.options
        settings = Settings(
            profile=options.dls_profile,
            generation=options.dls_generation or None,
            expect=tuple(options.dls_expect),
            record=Path(options.dls_record) if options.dls_record else None,
            partitions=options.dls_partitions or None,
            is_redacted=options.dls_redact,
            fail_on=options.dls_fail_on,
        )
        try:
            settings.check()
            known = self._settings
            if (settings.record, settings.partitions) != (known.record, known.partitions):
                self._record_anew(settings)
        except BadInput as error:
            raise exceptions.OptionsError(str(error)) from error
        if self._seen == 0:
            self._judge = settings.judge()
        self._redactor = Redactor() if settings.is_redacted else None
        self._settings = settings

    def running(self) -> None:
        """Put the verdicts on a key, where there are keys."""
        keymap = getattr(ctx.master, "keymap", None)
        if keymap is not None:
            keymap.add("K", "dls.verdicts", ["flowlist", "flowview"], "DLS verdicts")

    def response(self, flow: http.HTTPFlow) -> None:
        """Judge a flow that has its answer."""
        self._take(flow)

    def error(self, flow: http.HTTPFlow) -> None:
        """Judge a flow that will have none."""
        self._take(flow)

    def tls_failed_client(self, data: tls.TlsData) -> None:
        """Say so once for each client and host: nothing of it can be judged."""
        client = (data.conn.peername or ("a client",))[0]
        host = data.conn.sni or "a host"
        if (client, host) not in self._untrusting:
            self._untrusting.add((client, host))
            _LOG.warning(
                f"{client} does not trust mitmproxy's certificate for {host}: its traffic "
                "is not seen. Install the CA from http://mitm.it on it."
            )

    def done(self) -> None:
        """Sum up."""
        judgement = self._judge.close()
        if judgement is not None:
            print(summary_of(judgement, self._judge.messages), file=sys.stderr)
            bad = {"never": (), "must": ("must",), "should": ("must", "should")}
            failing = bad[self._settings.fail_on]
            rules = judgement.rules
            ENDING.end(violated=any(r.findings and r.severity in failing for r in rules))
        self._end_recording()

    @command.command("dls.verdicts")
    def verdicts(self) -> Sequence[str]:
        """What the rules say of the traffic so far."""
        judgement = self._judge.so_far()
        if judgement is None:
            return ["no licensing message yet"]
        return summary_of(judgement, self._judge.messages).splitlines()

    @command.command("dls.explain")
    def explain(self, rule: str) -> str:
        """What a rule says, and when it is violated."""
        try:
            return explained(rule)
        except BadInput as error:
            raise exceptions.CommandError(str(error)) from error

    @command.command("dls.export")
    def export(self, path: types.Path) -> None:
        """Write what was seen so far as .har (with verdicts) or .jsonl."""
        try:
            export_events(Path(path), self._kept, self._judge, self._redactor)
        except BadInput as error:
            raise exceptions.CommandError(str(error)) from error
        _LOG.info(f"exported to {path}")

    def _take(self, flow: http.HTTPFlow) -> None:
        if flow.websocket is not None or "dls_position" in flow.metadata:
            return
        position = flow.metadata["dls_position"] = self._seen
        self._seen += 1
        news = self._judge.take(flow_of(position, flow))
        exchange = self._judge.last
        if exchange is None:
            return
        remember_profile(self._judge.profile)
        self._kept.append((position, exchange))
        del self._kept[:-_MOST_KEPT]
        self._write(exchange)
        self._mark(flow, position, news)

    def _mark(self, flow: http.HTTPFlow, position: int, news: list[News]) -> None:
        for item in news:
            told = item.finding
            text = (
                f"{item.rule} ({item.severity}): expected {told.expected}; got {told.got}"
            )
            _LOG.warning(text)
            if position in told.entries:
                flow.marked = _MARK
                flow.comment = f"{flow.comment}\n{text}".strip()
                flow.metadata.setdefault("dls_violated", []).append(item.rule)

    def _record_anew(self, settings: Settings) -> None:
        self._end_recording()
        self._writer = settings.recorder()
        self._written = None

    def _write(self, exchange: Exchange) -> None:
        """Write it at once: a process that is killed loses nothing that was answered."""
        if self._writer is None or self._judge.head is None:
            return
        if self._written is None:
            self._written = self._judge.head
            self._writer.note(self._without_secrets(self._written))
        self._writer.note(self._without_secrets(exchange))

    def _without_secrets(self, event: AnyEvent) -> AnyEvent:
        return self._redactor.event(event) if self._redactor else event

    def _end_recording(self) -> None:
        if self._writer is None:
            return
        if self._kept and self._written is not None:
            until = self._kept[-1][1].over_at
            self._writer.note(RecordingClosed(at=until, settled=False))
        self._writer.close()
        self._writer = None
