"""The far side: what runs in the warm process, in its rooms and in their sessions.

Only the standard library, IPython and ipykernel may be imported here.
"""
