"""Autoencoders: networks that have to say again what they were shown."""
