"""Sets of known truth: pairs and stacks rendered from validation photographs."""
