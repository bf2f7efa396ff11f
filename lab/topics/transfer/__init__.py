"""Transfer learning: networks that others trained, inspected, changed, and taught something of one's own."""
