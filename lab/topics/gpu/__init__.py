"""Devices: what moves to a graphics card, what it costs, and when it pays."""
