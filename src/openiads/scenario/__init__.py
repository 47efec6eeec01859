"""Scenarios: TOML text becomes one frozen, validated description, or one sentence that says what is wrong."""
