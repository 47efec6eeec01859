"""Laws of inference: filters, association, identity."""
