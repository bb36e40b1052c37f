"""Study and exchange at the command line."""
