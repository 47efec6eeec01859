"""OpenIADS: an open, reproducible simulation of the S-300 family guarding a base from the air."""
