"""From authored text to notebooks, and the author's checks."""
