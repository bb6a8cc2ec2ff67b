"""The command line: parse, call once, print. One file a verb."""
