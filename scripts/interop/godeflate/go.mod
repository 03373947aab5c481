module godeflate

go 1.21
