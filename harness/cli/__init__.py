"""The command ``dlscheck``: one file a subcommand, each thin."""
