"""Parameters, events, experiments: what everything else is told in."""
