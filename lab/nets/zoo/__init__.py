"""The networks for images that torchvision has: which there are, what they cost, and how they are built.

`catalogue` knows what was published of them, and needs no torch; `build` makes them without memory, and `layers` says
what each of their layers makes, has and costs.
"""
