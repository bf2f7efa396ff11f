"""How values are spread, step after step."""
