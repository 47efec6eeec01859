"""The fixed (World) and the changing (State) tables of one scenario, and how they are built."""
