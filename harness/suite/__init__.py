"""The conformance suite: plays cases with one SDK, judges them, and sums them up."""
