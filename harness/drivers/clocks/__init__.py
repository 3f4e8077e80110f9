"""How time passes for an SDK: one file a clock mode, and what the modes are built on."""
