"""A field of devices that behaves like a real one: for demonstrations, exercises and load."""
