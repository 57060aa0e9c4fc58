"""What every room stands on: errors, gaps, figures and the constants of the methods."""
