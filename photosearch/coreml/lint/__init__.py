"""What in a package would likely leave the Neural Engine, or slow it down.

finding.py   what is found       rules/   the rules, each with its source
lint.py      all rules on all operations of a package
"""
