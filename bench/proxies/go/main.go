// Go's own reverse proxy, with enough idle connections to its backend that none is opened per request.
package main

import (
	"crypto/rand"
	"encoding/hex"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
)

func main() {
	target, err := url.Parse("http://127.0.0.1:" + os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	scheme := "http"
	if len(os.Args) > 3 {
		scheme = "https"
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 256
	proxy := &httputil.ReverseProxy{
		// X-Forwarded-For it sets by itself.
		Director: func(request *http.Request) {
			request.URL.Scheme = target.Scheme
			request.URL.Host = target.Host
			request.Header.Set("X-Forwarded-Proto", scheme)
			request.Header.Set("X-Forwarded-Host", request.Host)
			request.Header.Set("X-Request-Id", requestId())
		},
		Transport: transport,
	}
	address := "127.0.0.1:" + os.Args[1]
	if scheme == "https" {
		log.Fatal(http.ListenAndServeTLS(address, os.Args[3], os.Args[4], proxy))
	}
	log.Fatal(http.ListenAndServe(address, proxy))
}

func requestId() string {
	var bytes [16]byte
	if _, err := rand.Read(bytes[:]); err != nil {
		log.Fatal(err)
	}
	return hex.EncodeToString(bytes[:])
}
