"""Reads of orders; none of them writes or locks."""
