"""The window, and what is around its pages."""
