"""The stress engine: one step function that carries shocks through a supply network."""
