// Command rivals packs a folder with archive/zip, or reads and hashes every
// entry of a zip: "rivals pack DIR ZIP", "rivals verify ZIP".
package main

import (
	"archive/zip"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

func main() {
	var err error
	switch os.Args[1] {
	case "pack":
		err = pack(os.Args[2], os.Args[3])
	case "verify":
		err = verify(os.Args[2])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func pack(folder, path string) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer out.Close()
	archive := zip.NewWriter(out)
	err = filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(filepath.Dir(folder), file)
		if err != nil {
			return err
		}
		data, err := os.Open(file)
		if err != nil {
			return err
		}
		defer data.Close()
		writer, err := archive.CreateHeader(&zip.FileHeader{Name: filepath.ToSlash(name), Method: zip.Deflate})
		if err != nil {
			return err
		}
		_, err = io.Copy(writer, data)
		return err
	})
	if err != nil {
		return err
	}
	return archive.Close()
}

func verify(path string) error {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer archive.Close()
	for _, file := range archive.File {
		data, err := file.Open()
		if err != nil {
			return err
		}
		digest := sha256.New()
		if _, err := io.Copy(digest, data); err != nil {
			return err
		}
		data.Close()
		fmt.Printf("%x  %s\n", digest.Sum(nil), file.Name)
	}
	return nil
}
