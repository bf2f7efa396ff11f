"""Fields over the plane."""
