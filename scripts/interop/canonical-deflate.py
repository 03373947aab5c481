"""Re-creates the deflate streams of zips with Python's zlib, to be run by anyone who doubts them.

Usage: canonical-deflate.py ZIP...   Prints one line of totals. Exits 1 when one stream has other bytes.
"""

import sys
import zipfile
import zlib


def canonical(data):
    codec = zlib.compressobj(level=6, method=zlib.DEFLATED, wbits=-15, memLevel=8, strategy=zlib.Z_DEFAULT_STRATEGY)
    return codec.compress(data) + codec.flush(zlib.Z_FINISH)


def main(paths):
    streams = size_bytes = differing = 0
    for path in paths:
        with zipfile.ZipFile(path) as archive, open(path, "rb") as raw:
            for info in archive.infolist():
                if info.compress_type != zipfile.ZIP_DEFLATED:
                    continue
                raw.seek(info.header_offset + 30 + len(info.filename))
                streams += 1
                size_bytes += info.file_size
                if raw.read(info.compress_size) != canonical(archive.read(info)):
                    differing += 1
                    print(f"{path}: {info.filename} has other bytes", file=sys.stderr)
    print(f"{streams} streams of {size_bytes} bytes, {differing} differing, zlib {zlib.ZLIB_RUNTIME_VERSION}")
    return 1 if differing else 0


sys.exit(main(sys.argv[1:]))
