"""The tracker by itself: its answers against pyproj and SciPy, its input, its command."""
