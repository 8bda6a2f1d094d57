// How callers of the API authenticate: the header that carries the credential, and what people call it. Null if they sign.

import { contract } from "./contract.js"

const BEARER = { header: "Authorization", scheme: "Bearer ", label: "Access token", variable: "TOKEN" }
const WAYS = {
  key: { header: "x-api-key", scheme: "", label: "API key", variable: "API_KEY" },
  cognito: BEARER,
  jwt: BEARER,
  lambda: { header: contract.header, scheme: "", label: contract.header, variable: "CREDENTIAL" },
}

export const access = WAYS[contract.auth] ?? null

// Return the header's value for a text that people enter; they may copy a token with its scheme.
export function credential(text) {
  const written = text.trim()
  const { scheme } = access
  return written && !written.toLowerCase().startsWith(scheme.toLowerCase()) ? scheme + written : written
}
