"""The record of a run: what happened, as tables, on disk as Parquet, readable through DuckDB."""
