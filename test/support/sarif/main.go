// Judges SARIF by the schema of its standard: silent and 0 when every file named is valid, else the reasons and 1.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

func main() {
	code := 0
	for _, path := range os.Args[1:] {
		for _, reason := range judge(path) {
			fmt.Println(reason)
			code = 1
		}
	}
	os.Exit(code)
}

func judge(path string) []string {
	content, err := os.ReadFile(path)
	if err != nil {
		return []string{err.Error()}
	}
	var report sarif.Report
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&report); err != nil {
		return []string{err.Error()}
	}
	err = report.Validate()
	if err == nil {
		return nil
	}
	// What a file leaves out, the library itself writes as null or "" before it looks.
	var reasons []string
	for _, line := range strings.Split(err.Error(), "\n") {
		if line != "]" && !strings.HasSuffix(line, "given: null") && !strings.Contains(line, ".language: Does not match pattern") {
			reasons = append(reasons, line)
		}
	}
	return reasons
}
