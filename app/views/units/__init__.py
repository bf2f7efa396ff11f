"""Dense networks, drawn unit by unit."""
