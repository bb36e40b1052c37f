"""The plan, the calendar, and how it is going."""
