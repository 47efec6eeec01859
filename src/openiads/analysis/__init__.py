"""What a record says: the chain of every threat, the numbers, the reasons, the picture. Reads the record alone."""
