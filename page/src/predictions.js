// Predictions in their forms: a number, 0 or 1, a label with its probability, a class with those of all classes, or anything.

import { contract, quantity } from "./contract.js"
import { element } from "./elements.js"

const { output } = contract
const percent = (share) => (100 * share).toLocaleString("en", { maximumFractionDigits: 1 }) + "%"

// Return the elements that show one prediction.
export function shown(prediction) {
  const name = element("span", { class: "name" }, output.name + ": ")
  const named = (text) => element("p", { class: "answer" }, name, element("strong", {}, text))
  if (prediction === null || typeof prediction !== "object") return [named(quantity(prediction, output.unit))]
  if (prediction.label === undefined) return [element("pre", {}, JSON.stringify(prediction, null, 2))]
  const parts = [named(String(prediction.label))]
  const shares = series(prediction)
  if (shares) {
    parts.push(element("dl", { class: "shares" }, ...shares.flatMap(({ name, value }) => [
      element("dt", {}, name),
      element("dd", {}, element("meter", { min: 0, max: 1, value, "aria-label": "Probability of " + name }), " " + percent(value)),
    ])))
  }
  return parts
}

// Return the numbers of a prediction by name, for a curve; null if it has none.
export function series(prediction) {
  if (typeof prediction === "number") return [{ name: output.name, value: prediction }]
  if (prediction === null || typeof prediction !== "object") return null
  const labels = output.labels ?? []
  if (Array.isArray(prediction.probabilities)) {
    return prediction.probabilities.map((value, place) => ({ name: labels[place] ?? String(place), value }))
  }
  if (typeof prediction.probability === "number") {
    const first = prediction.label === labels[0]
    return labels.map((name, place) => ({ name, value: (place === 0) === first ? prediction.probability : 1 - prediction.probability }))
  }
  return typeof prediction.label === "number" ? [{ name: output.name, value: prediction.label }] : null
}

// Return the columns of a prediction in a table, as the API's own CSV names them.
export function columns(prediction) {
  if (prediction === null || typeof prediction !== "object") return { [output.name]: prediction }
  const { label, probability, probabilities } = prediction
  if (label === undefined) return { [output.name]: JSON.stringify(prediction) }
  const made = { [output.name]: label }
  if (probability !== undefined) made.probability = probability
  for (const [place, share] of (probabilities ?? []).entries()) made["probability_" + (output.labels?.[place] ?? place)] = share
  return made
}
