"""Photos with captions or labels, read from JSONL files. The only reader of both."""
