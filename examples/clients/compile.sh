#!/usr/bin/env bash
# Compiles the clients in Java and Go, with the toolchains that this machine has. `make clients` runs this.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p .build
found=

if command -v javac >/dev/null; then
  javac -Xlint:all -Werror -d .build HttpApi.java
  echo "clients: HttpApi.java compiles with $(javac -version 2>&1)"
  found=1
fi
if command -v go >/dev/null; then
  GO111MODULE=off go vet http_api.go
  GO111MODULE=off go build -o .build/http_api http_api.go
  echo "clients: http_api.go compiles with $(go version)"
  found=1
fi
if [ -z "$found" ]; then
  echo "clients: neither javac nor go is installed; nothing was compiled" >&2
  exit 1
fi
