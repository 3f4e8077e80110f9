"""
Sets of requirements, frozen by revision.

A set says of each rule what it weighs. A gate that names a set is held to just that: a
rule that came later, or weighs more by now, informs and fails nothing. A set is never
changed once it is published; `dlscheck preview-upgrade` tells what the next would bring.
"""

from importlib.resources import files
from pathlib import Path

import msgspec

from harness.documents.bad_input import BadInput, unknown_name
from harness.documents.yaml_document import YamlDocument
from harness.domain.generation import GENERATIONS
from harness.domain.verdict import Severity
from harness.rules.catalogue import RULES_BY_ID
from harness.rules.rule import Rule

_FOLDER = Path(str(files("harness.suite") / "requirements"))


class RequirementSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What rules weigh.

    Attributes:
        revision: Its name, ``year.number``.
        rules: By the id of a rule: one severity, or one for each generation.
    """

    revision: str
    rules: dict[str, Severity | dict[str, Severity]]

    def severity_of(self, rule: str, generation: str) -> Severity:
        """Return what *rule* weighs in *generation*; what it does not name informs."""
        told = self.rules.get(rule, Severity.MAY)
        return told if isinstance(told, Severity) else told.get(generation, Severity.MAY)


def published_sets() -> list[str]:
    """Return the names of all sets that come with us, oldest first."""
    names = [path.stem for path in _FOLDER.glob("*.yaml")]
    return sorted(names, key=lambda name: [int(part) for part in name.split(".")])


def load_requirements(name: str) -> RequirementSet:
    """
    Return the set *name*: one of ours, or a YAML file.

    Raises:
        BadInput: There is no such set, or its file is wrong.
    """
    if not name.endswith((".yaml", ".yml")) and name not in published_sets():
        known = unknown_name("set of requirements", name, published_sets())
        raise BadInput(f"--requirements: {known}, or the path of a .yaml")
    path = _FOLDER / f"{name}.yaml" if name in published_sets() else Path(name)
    document = YamlDocument(path)
    found = document.convert(RequirementSet)
    for rule, told in found.rules.items():
        if rule not in RULES_BY_ID:
            problem = unknown_name("rule", rule, RULES_BY_ID)
            raise document.blamed(f"{problem} - at `$.rules`")
        for generation in told if isinstance(told, dict) else ():
            if generation not in GENERATIONS:
                problem = unknown_name("generation", generation, GENERATIONS)
                raise document.blamed(f"{problem} - at `$.rules.{rule}`")
    return found


def is_heavier(rule: type[Rule], frozen: RequirementSet, generation: str) -> bool:
    """Tell whether *rule* weighs more today than in the *frozen* set, or is not in it."""
    judged_by = GENERATIONS[generation]
    if judged_by not in rule.generations:
        return False
    order = list(Severity)
    before = frozen.severity_of(rule.id, generation)
    return order.index(rule.severity_in(judged_by)) < order.index(before)
