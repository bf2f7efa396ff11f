"""Runs in threads of their own, and what a window keeps of them."""
