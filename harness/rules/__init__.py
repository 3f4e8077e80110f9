"""
What a conforming SDK does: one class a rule, one file a family.

The registry of these classes is the catalogue; a rule's docstring is its text.
"""
