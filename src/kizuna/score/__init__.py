"""Scores: the engine set against what happened."""
