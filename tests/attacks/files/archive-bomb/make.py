"""Archives, which nobody should unpack."""

import io
import zipfile


def make(folder, words):
    with zipfile.ZipFile(folder / "desk.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("zeros", "w") as file:
            for _ in range(100):
                file.write(bytes(1_000_000))
        archive.writestr("../../../gradebook.db", "unpacked")
        archive.writestr("/tmp/unpacked-by-a-grader", "unpacked")
    (folder / "bomb.tar.gz").write_bytes(io.BytesIO(b"\x1f\x8b\x08" + bytes(100)).read())
