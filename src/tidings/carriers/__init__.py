"""Requests to outside destinations: one pooled client, and a guard over where it may go."""
