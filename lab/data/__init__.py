"""Data sets, tables, images: reading, making, varying."""
