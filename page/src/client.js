// Calls to the API. The credential stays in this module's memory: it is never stored, and a reload forgets it.

import { access, credential } from "./access.js"

const TRIES = 6
const headers = new Map()

// The stage's URL with or without its trailing slash.
export const base = new URL(location.pathname.endsWith("/") ? "." : location.pathname + "/", location.href).href

export class Failure extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.message ?? "The API did not say why.")
    this.problem = problem
  }
}

export const useCredential = (text) => useHeader(access.header, credential(text))

// Send a header with every request; an empty text removes it.
export function useHeader(name, text) {
  if (text) headers.set(name, text)
  else headers.delete(name)
}

// Return the headers that choose a model or a variant, as lines of code may send them.
export function targets() {
  return Object.fromEntries([...headers].filter(([name]) => name !== access?.header))
}

// Return the predictions of a body. Throws Failure, or an AbortError once the signal says so.
export async function predict(body, type, signal) {
  let answer = await send("predictions", { method: "POST", headers: { "Content-Type": type }, body, signal })
  for (let polls = 0; answer.status === 202; polls++) {
    const id = (await answer.clone().json()).id
    await pause(Math.min(5, 1 + polls), signal)
    answer = await send("predictions/" + id, { signal })
  }
  return (await answer.json()).predictions
}

export const predictInstances = (instances, signal) => predict(JSON.stringify({ instances }), "application/json", signal)

// A request that may succeed later is sent again after the time that the API asks for, if it names one.
async function send(path, options) {
  for (let tries = 1; ; tries++) {
    const answer = await fetched(path, options)
    if (answer.ok) return answer
    const problem = await problemOf(answer)
    const seconds = Number(answer.headers.get("Retry-After"))
    if (!problem.retryable || !seconds || tries === TRIES) throw new Failure(problem)
    await pause(seconds, options.signal)
  }
}

async function fetched(path, options) {
  try {
    const all = { Accept: "application/json", ...Object.fromEntries(headers), ...options.headers }
    return await fetch(base + path, { ...options, headers: all, credentials: "omit", cache: "no-store" })
  } catch (error) {
    if (error.name === "AbortError") throw error
    throw new Failure({ detail: "The API could not be reached. Check your connection, then try again." })
  }
}

async function problemOf(answer) {
  const text = await answer.text()
  try {
    return { status: answer.status, ...JSON.parse(text) }
  } catch {
    return { status: answer.status, detail: "The API responded with status " + answer.status + "." }
  }
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000)
    signal?.addEventListener("abort", () => {
      clearTimeout(timer)
      reject(new DOMException("Canceled", "AbortError"))
    })
  })
}
