"""Methods x pairs x metrics: what a benchmark is made of."""
