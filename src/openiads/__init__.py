"""OpenIADS: an open, reproducible simulation of the S-300 family guarding a base from the air.

It drives no hardware and reads no live sensor; everything it exports says that it is simulated.
"""

__version__ = "0.1.0"
