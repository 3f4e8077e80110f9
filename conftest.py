"""What pytest needs to run `cases/` against one SDK: the plug-in of the suite."""

pytest_plugins = ["harness.suite.plugin"]
