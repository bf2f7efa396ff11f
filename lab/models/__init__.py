"""Networks, built from parameters."""
