"""Cards: when each comes back, which comes now, and the desk at which it is answered."""
