"""Activations, losses, optimisers, initialisations: each told once: NumPy form, torch, label, formula, code."""
