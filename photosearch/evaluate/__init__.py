"""Retrieval metrics, their uncertainty, and benchmarks over embeddings."""
