"""The dialogue register: what was said, what was promised and what came of it, from published words."""
