"""One package a topic of the course; each module in it that has an `EXPERIMENT` is one experiment."""
