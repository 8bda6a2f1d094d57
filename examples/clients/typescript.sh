#!/usr/bin/env bash
# Generates a TypeScript client from the OpenAPI document of the penguins API, compiles it strictly, and calls the API with it.
# Needs Node.js 20 or later, and examples/penguins applied, on AWS or in the sandbox. `make typescript` runs this.
set -euo pipefail
cd "$(dirname "$0")"

if ! command -v npm >/dev/null; then
  echo "typescript: npm is missing. Install Node.js 20 or later." >&2
  exit 1
fi
variables=$(../../.venv/bin/python ../urls.py penguins)
eval "$variables"

mkdir -p .build
cp package.json package-lock.json typed_api.mts .build
cd .build
npm ci --no-audit --no-fund --silent
curl --silent --show-error --fail -H "x-api-key: $KEY" "$URL/openapi.json" -o openapi.json
node_modules/.bin/openapi-typescript openapi.json -o api.d.ts
node_modules/.bin/tsc --strict --skipLibCheck --target esnext --module nodenext typed_api.mts
# The document names the address of its API, wherever it is saved.
node -e '
  const { servers } = require("./openapi.json")
  if (servers[0].url !== process.env.URL) { console.error(servers[0].url); process.exit(1) }
'
node typed_api.mjs
