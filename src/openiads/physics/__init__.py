"""Laws of nature on scalars and rows; no loops over entities."""
