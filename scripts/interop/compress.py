"""Raw deflate streams of the compressors that this Python has: compress.py FOLDER OUT writes OUT/NAME/FILE-LEVEL."""

import importlib
import importlib.metadata
import os
import sys
import zlib

# Behind the two bytes of the header and before the four of the checksum of a zlib stream is a raw one.
RAW = slice(2, -4)


def by_object(module):
    def compress(data, level):
        stream = module.compressobj(level, zlib.DEFLATED, -15)
        return stream.compress(data) + stream.flush()

    return compress


def of_libdeflate(module):
    return lambda data, level: bytes(module.deflate_compress(data, level))


def of_zopfli(module):
    return lambda data, level: module.compress(data, numiterations=level)[RAW]


# Package of PyPI, its version, its module, what compresses with it, levels.
PACKAGES = (
    ("deflate", "libdeflate", "deflate", of_libdeflate, (1, 6, 12)),
    ("isal", "igzip", "isal.isal_zlib", by_object, (0, 1, 3)),
    ("zlib-ng", "zlib-ng", "zlib_ng.zlib_ng", by_object, (1, 6, 9)),
    ("zopfli", "Zopfli", "zopfli.zlib", of_zopfli, (3,)),
)


def compressors():
    yield f"zlib {zlib.ZLIB_RUNTIME_VERSION}", by_object(zlib), (1, 6, 9)
    for package, name, module, compressor, levels in PACKAGES:
        try:
            version = importlib.metadata.version(package)
            yield f"{name} (PyPI {package} {version})", compressor(importlib.import_module(module)), levels
        except ImportError:
            continue


def main(folder, out):
    for name, compress, levels in compressors():
        os.makedirs(os.path.join(out, name))
        for file in sorted(os.listdir(folder)):
            with open(os.path.join(folder, file), "rb") as opened:
                data = opened.read()
            for level in levels:
                with open(os.path.join(out, name, f"{file}-{level}"), "wb") as written:
                    written.write(compress(data, level))


main(sys.argv[1], sys.argv[2])
