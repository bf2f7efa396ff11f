"""Metaparameters: what is chosen before a network learns."""
