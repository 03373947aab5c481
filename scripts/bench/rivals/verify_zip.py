"""Reads every entry of a zip, lets zipfile check its CRC-32, and hashes it. Usage: verify_zip.py ZIP"""

import hashlib
import sys
import zipfile

with zipfile.ZipFile(sys.argv[1]) as archive:
    for entry in archive.infolist():
        digest = hashlib.sha256()
        with archive.open(entry) as data:
            while piece := data.read(1 << 20):
                digest.update(piece)
        print(digest.hexdigest(), entry.filename)
