// Command goextract extracts zips with archive/zip. Its argument is a file of
// lines "zip TAB destination"; it prints "ok" or the reason for each.
package main

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	jobs, err := os.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer jobs.Close()
	lines := bufio.NewScanner(jobs)
	for lines.Scan() {
		zipPath, destination, _ := strings.Cut(lines.Text(), "\t")
		if err := extract(zipPath, destination); err != nil {
			fmt.Printf("%q\n", err.Error())
		} else {
			fmt.Println("ok")
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func extract(zipPath, destination string) error {
	archive, err := zip.OpenReader(zipPath)
	if err != nil {
		return err
	}
	defer archive.Close()
	for _, file := range archive.File {
		if err := extractFile(file, destination); err != nil {
			return err
		}
	}
	return nil
}

func extractFile(file *zip.File, destination string) error {
	if !filepath.IsLocal(file.Name) {
		return fmt.Errorf("not a local name: %q", file.Name)
	}
	target := filepath.Join(destination, file.Name)
	if file.Mode().IsDir() {
		return os.MkdirAll(target, 0o755)
	}
	if !file.Mode().IsRegular() {
		return fmt.Errorf("not a regular file: %q", file.Name)
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	data, err := file.Open()
	if err != nil {
		return err
	}
	defer data.Close()
	out, err := os.Create(target)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, data); err != nil {
		out.Close()
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.Chmod(target, file.Mode().Perm())
}
