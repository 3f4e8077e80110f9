"""
Properties: what must hold in every story that can be generated.

Each module with a ``PROPERTY`` is one case of the suite. Its stories are scenarios as
those in the YAML files are: stimulus only, judged by all rules. A story is drawn as a
whole before it is played, so the smallest one that breaks is a file like all others.
"""
