"""The snapshot: immutable Parquet objects named by their sha256, and one catalogue."""
