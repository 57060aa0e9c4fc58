"""Supply-chain exposure of partner economies, from publishers' figures to a brief that can be checked."""
