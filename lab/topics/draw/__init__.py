"""Recognition of drawings."""
