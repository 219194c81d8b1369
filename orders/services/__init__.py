"""Every change of an order: one function a verb, inside the caller's unit of work."""
