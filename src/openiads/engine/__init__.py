"""The ten stages and the clock that calls them."""
