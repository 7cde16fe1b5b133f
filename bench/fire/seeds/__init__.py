"""Rows to begin with, made by the product's own code: a module each, a function each, JSON in and JSON out."""
