"""Twice the data, made of the same images: copies, or copies with noise; before the split, or after it."""
