"""What a learner takes along to other programs, and what comes back: one module for each format."""
