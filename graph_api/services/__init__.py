"""The questions and their answers: pure functions of a pinned snapshot."""
