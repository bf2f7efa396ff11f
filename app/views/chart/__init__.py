"""Charts of functions and measurements."""
