"""Extracts zips with zipfile. Argument: a file of lines `zip TAB destination`. Prints `ok` or the reason for each."""

import os
import sys
import zipfile


def extract(zip_path, destination):
    with zipfile.ZipFile(zip_path) as archive:
        archive.extractall(destination)
        # zipfile leaves modes to its caller.
        for info in archive.infolist():
            target = os.path.join(destination, info.filename)
            mode = (info.external_attr >> 16) & 0o777
            if os.path.isfile(target) and mode != 0:
                os.chmod(target, mode)


def main():
    with open(sys.argv[1], encoding="utf-8") as jobs:
        for line in jobs:
            zip_path, destination = line.rstrip("\n").split("\t")
            try:
                extract(zip_path, destination)
                print("ok")
            except Exception as error:  # whatever a hostile zip makes zipfile raise
                print(ascii(f"{type(error).__name__}: {error}"))


main()
