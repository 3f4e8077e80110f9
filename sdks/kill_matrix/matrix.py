"""The figures: pure, from trials."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from harness.domain.generation import GENERATIONS
from harness.domain.verdict import Severity
from harness.rules.catalogue import CATALOGUE
from harness.rules.rule import Rule
from sdks.kill_matrix.trial import Trial


class Matrix(NamedTuple):
    """All trials of a run."""

    trials: tuple[Trial, ...]

    def of_kind(self, kind: str) -> list[Trial]:
        """Return the trials of the specimens of that kind."""
        return [trial for trial in self.trials if trial.specimen.kind == kind]

    @property
    def killed(self) -> list[Trial]:
        """Faulty ones, condemned by the rule that they are made to break."""
        return [trial for trial in self.of_kind("faulty") if _is_killed(trial)]

    @property
    def survivors(self) -> list[Trial]:
        """Faulty ones that the rule meant leaves alone; a crash is no kill."""
        return [trial for trial in self.of_kind("faulty") if not _is_killed(trial)]

    @property
    def by_accident(self) -> list[Trial]:
        """Faulty ones that no case which names the rule meant gave away."""
        return [trial for trial in self.killed if trial.by_accident]

    @property
    def strays(self) -> list[tuple[Trial, str]]:
        """Must rules that condemn a faulty one for what it does right."""
        return [
            (trial, rule)
            for trial in self.of_kind("faulty")
            for rule, (severity, _) in trial.condemned.items()
            if severity is Severity.MUST and rule not in trial.specimen.breaks
        ]

    @property
    def false_alarms(self) -> list[Trial]:
        """Conforming ones that a must or should rule condemns, or that crash."""
        return [x for x in self.of_kind("conforming") if x.binding or x.crashes]

    @property
    def unexplained(self) -> list[tuple[Trial, str]]:
        """Rules whose findings leave the reader alone."""
        return [(trial, rule) for trial in self.trials for rule in trial.unexplained]

    def killers(self, rule: str, generation: str) -> list[Trial]:
        """Return the faulty ones that are made to break *rule*, and are condemned by it."""
        return [
            trial
            for trial in self.killed
            if trial.generation == generation and trial.specimen.breaks[0] == rule
        ]

    def alone(self, rule: str) -> list[Trial]:
        """Return the faulty ones that *rule* condemns and no other must or should rule."""
        return [trial for trial in self.killed if trial.binding == {rule}]

    @property
    def without_killer(self) -> list[tuple[str, str]]:
        """Must and should rules, by generation, that no faulty one was condemned by."""
        return [
            (rule.id, generation)
            for rule, generation in binding_rules()
            if not self.killers(rule.id, generation)
        ]

    @property
    def is_sound(self) -> bool:
        """Nothing survived, nobody was wronged, every rule has shown that it can fail."""
        wrong: Sequence[Sequence[object]] = (
            self.survivors,
            self.strays,
            self.false_alarms,
            self.without_killer,
            self.unexplained,
        )
        return not any(wrong)


def binding_rules() -> Iterable[tuple[type[Rule], str]]:
    """Yield every rule with each generation in which it is a must or a should."""
    for rule in CATALOGUE:
        for name, generation in GENERATIONS.items():
            applies = generation in rule.generations
            if applies and rule.severity_in(generation) is not Severity.MAY:
                yield rule, name


def _is_killed(trial: Trial) -> bool:
    return trial.specimen.breaks[0] in trial.condemned and not trial.crashes
