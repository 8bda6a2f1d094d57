// Call the bike rental API from Go, with nothing but its standard library.
//
//	eval "$(make urls)" && go run examples/clients/http_api.go
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

// Ride is one row, with the names of the contract.
type Ride struct {
	Datetime   string  `json:"datetime"`
	Season     int     `json:"season"`
	Holiday    int     `json:"holiday"`
	Workingday int     `json:"workingday"`
	Weather    int     `json:"weather"`
	Temp       float64 `json:"temp"`
	Atemp      float64 `json:"atemp"`
	Humidity   int     `json:"humidity"`
	Windspeed  float64 `json:"windspeed"`
}

func main() {
	rides := []Ride{
		{"2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027},
		{"2012-12-19 18:00:00", 4, 0, 1, 1, 15.58, 19.695, 50, 23.9994},
		{"2012-12-10 01:00:00", 4, 0, 1, 2, 14.76, 18.94, 100, 0},
	}
	body, err := json.Marshal(map[string][]Ride{"instances": rides})
	if err != nil {
		log.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, os.Getenv("URL")+"/predictions", bytes.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("x-api-key", os.Getenv("KEY"))
	request.Header.Set("content-type", "application/json")
	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		log.Fatalf("%s: %s", response.Status, content)
	}
	var answer struct {
		Predictions []float64 `json:"predictions"`
	}
	if err := json.Unmarshal(content, &answer); err != nil {
		log.Fatal(err)
	}
	for _, prediction := range answer.Predictions {
		fmt.Println(prediction)
	}
}
