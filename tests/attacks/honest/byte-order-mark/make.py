"""A notebook that begins with a byte order mark."""


def make(folder, words):
    path = folder / "desk.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"}, {", b"},\r\n{"))
