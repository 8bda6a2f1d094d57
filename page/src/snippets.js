// The form's request as code to copy. A key is never part of it: the code reads it from the environment.

import { access } from "./access.js"
import { base, targets } from "./client.js"
import { contract } from "./contract.js"
import { byId } from "./elements.js"
import { instance } from "./fields.js"

const DOLLAR = "\u0024"
const url = base + "predictions"

const request = () => ({ instances: [instance()] })
const headers = () => ({ "content-type": "application/json", ...targets() })

function curl() {
  const variable = (name) => DOLLAR + name
  const credentials = access
    ? ['-H "' + access.header + ": " + access.scheme + variable(access.variable) + '"']
    : [
      '--aws-sigv4 "aws:amz:' + contract.region + ':execute-api"',
      '--user "' + variable("AWS_ACCESS_KEY_ID") + ":" + variable("AWS_SECRET_ACCESS_KEY") + '"',
      DOLLAR + '{AWS_SESSION_TOKEN:+-H "x-amz-security-token: ' + variable("AWS_SESSION_TOKEN") + '"}',
    ]
  const sent = Object.entries(headers()).map(([name, value]) => "-H " + quoted(name + ": " + value))
  return ["curl " + quoted(url), ...credentials, ...sent, "-d " + quoted(JSON.stringify(request()))].join(" \\\n  ")
}

function pythonCode() {
  if (!access) {
    return `import json
import urllib.request

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

body = json.dumps(BODY)
request = AWSRequest("POST", URL, HEADERS, body)
credentials = botocore.session.get_session().get_credentials()
SigV4Auth(credentials, "execute-api", REGION).add_auth(request)
signed = urllib.request.Request(request.url, body.encode(), dict(request.headers))
print(json.load(urllib.request.urlopen(signed))["predictions"])`
  }
  return `import json
import os
import urllib.request

body = json.dumps(BODY)
headers = {"ACCESS": VALUE, **HEADERS}
request = urllib.request.Request(URL, body.encode(), headers)
print(json.load(urllib.request.urlopen(request))["predictions"])`
    .replace("ACCESS", access.header)
    .replace("VALUE", secret('os.environ["NAME"]'))
}

function javascriptCode() {
  if (!access) {
    return `// npm install @smithy/signature-v4 @aws-crypto/sha256-js @aws-sdk/credential-provider-node
import { Sha256 } from "@aws-crypto/sha256-js"
import { defaultProvider } from "@aws-sdk/credential-provider-node"
import { SignatureV4 } from "@smithy/signature-v4"

const url = new URL(URL)
const signer = new SignatureV4({ service: "execute-api", region: REGION, credentials: defaultProvider(), sha256: Sha256 })
const request = await signer.sign({
  method: "POST",
  protocol: url.protocol,
  hostname: url.hostname,
  path: url.pathname,
  headers: { host: url.host, ...HEADERS },
  body: JSON.stringify(BODY),
})
const response = await fetch(url, request)
console.log((await response.json()).predictions)`
  }
  return `const response = await fetch(URL, {
  method: "POST",
  headers: { "ACCESS": VALUE, ...HEADERS },
  body: JSON.stringify(BODY),
})
console.log((await response.json()).predictions)`.replace("ACCESS", access.header).replace("VALUE", secret("process.env.NAME"))
}

// Return the header's value as an expression that reads the secret from the environment.
const secret = (read) => (access.scheme ? JSON.stringify(access.scheme) + " + " : "") + read.replace("NAME", access.variable)

// The words of a text that stand for values, as a language writes them.
function filled(text, write) {
  const values = { URL: url, HEADERS: headers(), REGION: contract.region, BODY: request() }
  const words = /new URL\(URL\)|\b(URL|HEADERS|REGION|BODY)\b/g
  return text.replace(words, (_, name) => (name ? write(values[name]) : "new URL(" + write(url) + ")"))
}

// Python has JSON's values, but for the names of three.
function asPython(value) {
  if (value === null) return "None"
  if (typeof value === "boolean") return value ? "True" : "False"
  if (Array.isArray(value)) return "[" + value.map(asPython).join(", ") + "]"
  if (typeof value !== "object") return JSON.stringify(value)
  return "{" + Object.entries(value).map(([name, one]) => JSON.stringify(name) + ": " + asPython(one)).join(", ") + "}"
}

const quoted = (text) => "'" + text.replaceAll("'", "'\\''") + "'"

const LANGUAGES = {
  curl,
  Python: () => filled(pythonCode(), asPython),
  JavaScript: () => filled(javascriptCode(), JSON.stringify),
}

export function setUpSnippets() {
  const language = byId("code-language")
  for (const name of Object.keys(LANGUAGES)) language.append(new Option(name))
  const refresh = () => {
    byId("code-text").textContent = LANGUAGES[language.value]()
  }
  language.addEventListener("change", refresh)
  // A reset changes the fields after its event.
  for (const event of ["input", "change", "reset"]) byId("predict-form").addEventListener(event, () => setTimeout(refresh))
  byId("code-copy").addEventListener("click", copy)
  refresh()
}

async function copy() {
  const status = byId("code-status")
  try {
    await navigator.clipboard.writeText(byId("code-text").textContent)
    status.textContent = "Copied."
  } catch {
    getSelection().selectAllChildren(byId("code-text"))
    status.textContent = "The browser did not allow it. The code is selected: copy it with the keyboard."
  }
}
