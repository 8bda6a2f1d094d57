// The contract that the page was made from: name, features, output and how callers authenticate.

import { byId } from "./elements.js"

export const contract = JSON.parse(byId("contract").textContent)

export const optional = (feature) => feature.nullable === true || feature.default !== undefined

export const named = (name) => contract.features.find((feature) => feature.name === name)

// A value with its unit, for readers.
export function quantity(value, unit) {
  const digits = Math.abs(value) < 1e5 ? { maximumSignificantDigits: 6 } : { maximumFractionDigits: 2 }
  const text = typeof value === "number" ? value.toLocaleString("en", digits) : String(value)
  return unit ? text + "\u00a0" + unit : text
}

// The rule of a feature's values, in words.
export function rule(feature) {
  const words = []
  const { minimum, maximum } = feature
  if (minimum !== undefined && maximum !== undefined) words.push(minimum + " to " + maximum)
  else if (minimum !== undefined) words.push("at least " + minimum)
  else if (maximum !== undefined) words.push("at most " + maximum)
  if (feature.max_length !== undefined) words.push("up to " + feature.max_length + " characters")
  if (feature.default !== undefined) words.push("if empty, " + feature.default)
  else if (feature.nullable) words.push("may be empty")
  return words.join(", ")
}
