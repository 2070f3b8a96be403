"""The paper's Tables 1 to 4 next to measured values, and a verdict."""
