module rivals

go 1.21
