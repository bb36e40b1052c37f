"""A place in which student code reaches nothing but itself: one policy, several backends, a self-test that attacks."""
