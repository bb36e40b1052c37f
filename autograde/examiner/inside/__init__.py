"""What runs inside of sessions, the student's and the examiner's: standard library, IPython and ipykernel alone."""
