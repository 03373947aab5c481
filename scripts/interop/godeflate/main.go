// Command godeflate writes what compress/flate makes of every file of a folder: godeflate FOLDER OUT.
package main

import (
	"bytes"
	"compress/flate"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

func main() {
	folder, out := os.Args[1], os.Args[2]
	files, err := os.ReadDir(folder)
	if err != nil {
		log.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(filepath.Join(folder, file.Name()))
		if err != nil {
			log.Fatal(err)
		}
		for _, level := range []int{flate.HuffmanOnly, flate.BestSpeed, flate.DefaultCompression, flate.BestCompression} {
			name := filepath.Join(out, fmt.Sprintf("%s_%d", file.Name(), level))
			if err := os.WriteFile(name, deflated(data, level), 0o644); err != nil {
				log.Fatal(err)
			}
		}
	}
}

func deflated(data []byte, level int) []byte {
	var stream bytes.Buffer
	writer, err := flate.NewWriter(&stream, level)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := writer.Write(data); err != nil {
		log.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		log.Fatal(err)
	}
	return stream.Bytes()
}
