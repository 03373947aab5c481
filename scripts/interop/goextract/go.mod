module goextract

go 1.21
