"""
The kill matrix: what the suite detects, as figures.

Every faulty variant of the reference SDK is to be condemned by the rule that it breaks,
and no conforming one by any.
"""
