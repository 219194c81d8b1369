"""The forms of the order page: one file for each thing that a person may want of an order."""
