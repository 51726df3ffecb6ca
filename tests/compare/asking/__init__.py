"""What is asked: requests made from the data and from the old schema, the same ones each time."""
