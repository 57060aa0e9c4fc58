"""Scenarios: what is cut, how deep, when and for how long, read from TOML and aimed at a network."""
