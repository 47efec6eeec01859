"""The ground: a grid of heights above mean sea level, built in or read from a user's file. NumPy, no kernels."""
