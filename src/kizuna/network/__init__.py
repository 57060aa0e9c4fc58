"""Supply networks: who supplies whom, at which stage, with which stocks and spare capacity."""
