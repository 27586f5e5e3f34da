"""Comparison, match weights, models and evaluation over codes; owns the nouns."""
