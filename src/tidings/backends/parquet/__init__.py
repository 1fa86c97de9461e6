"""The archive: Parquet files in a folder or an object store, and DuckDB over them."""
