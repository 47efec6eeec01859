"""The command line: a file a verb, late imports, no logic."""
