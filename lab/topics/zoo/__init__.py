"""Well-known architectures: what they are made of, what they cost, and what they see."""
