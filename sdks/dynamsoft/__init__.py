"""
The vendor's own SDKs as systems under test: fetched, closed in, driven, judged.

Their packages come from public registries when they are needed and are never kept with
us. They run where no name resolves and no network begins, and what the mock answers them
are failures, refusals and bodies that say nothing: no authorisation is ever imitated.
"""
