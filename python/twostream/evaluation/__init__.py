"""Evaluation of methods: pair sets, scores, known truth and the demo."""
