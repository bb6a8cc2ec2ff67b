"""From packages that were just written to a bundle that may be shipped.

record.py         what a verification found   verification.py   verifies a whole export
retrieval.py      metrics beside torch's      report.py         the page for people
"""
