// The what-if curve: one feature moves over its range, the others keep the form's values, and one request predicts all points.

import { chart } from "./chart.js"
import { Failure, predictInstances } from "./client.js"
import { contract, named, optional, quantity } from "./contract.js"
import { byId, element, table } from "./elements.js"
import { fields, instance } from "./fields.js"
import { series } from "./predictions.js"

const POINTS = Math.min(41, contract.rows_per_request)
const HOUR = 3_600_000 // milliseconds
const DAY = 24 * HOUR
const isNumber = (feature) => feature.type === "number" || feature.type === "integer"

const movable = (feature) => feature.values !== undefined || feature.type !== "string"
const discrete = (feature) => feature.values !== undefined || feature.type === "boolean"

export function setUpWhatIf(showProblem, clearProblems) {
  const choices = contract.features.filter(movable)
  if (!choices.length || POINTS < 2) {
    byId("what-if").hidden = true
    return
  }
  const select = byId("what-if-feature")
  select.append(...choices.map(({ name }) => element("option", {}, name)))
  select.addEventListener("change", () => fillRange(named(select.value)))
  fillRange(named(select.value))
  byId("what-if-form").addEventListener("submit", async (event) => {
    event.preventDefault()
    clearProblems()
    const button = byId("what-if-draw")
    button.disabled = true
    try {
      await draw(named(select.value))
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      showProblem(error.problem, byId("what-if-status"))
    } finally {
      button.disabled = false
    }
  })
}

// Set the controls of the range: both bounds of the feature, or a range around its example.
function fillRange(feature) {
  const range = byId("what-if-range")
  range.hidden = discrete(feature)
  if (range.hidden) return
  const [low, high] = bounds(feature)
  for (const [id, value] of [["what-if-from", low], ["what-if-to", high]]) {
    const control = byId(id)
    control.type = isNumber(feature) ? "number" : feature.type === "date" ? "date" : "datetime-local"
    control.step = feature.type === "integer" || feature.type === "datetime" ? 1 : "any"
    control.value = isNumber(feature) ? value : written(feature, value).replace(" ", "T")
  }
}

function bounds(feature) {
  if (!isNumber(feature)) {
    const middle = moment(feature.example)
    return feature.type === "date" ? [middle - 183 * DAY, middle + 182 * DAY] : [middle - 12 * HOUR, middle + 12 * HOUR]
  }
  const around = Math.abs(feature.example ?? 0) || 10
  return [feature.minimum ?? Math.min((feature.maximum ?? Infinity) - around, (feature.example ?? 0) - around),
    feature.maximum ?? Math.max((feature.minimum ?? -Infinity) + around, (feature.example ?? 0) + around)]
}

const moment = (text) => Date.parse((text ?? "2024-01-31").replace(" ", "T") + (text?.length > 10 ? "Z" : "T00:00:00Z"))
const written = (feature, time) => new Date(time).toISOString().slice(0, feature.type === "date" ? 10 : 19).replace("T", " ")

// Return the values that the feature takes, in order.
function values(feature) {
  if (feature.values) return optional(feature) && feature.default === undefined ? [...feature.values, null] : feature.values
  if (feature.type === "boolean") return [false, true]
  const read = (id) => (isNumber(feature) ? byId(id).valueAsNumber : moment(byId(id).value))
  const [from, to] = [read("what-if-from"), read("what-if-to")]
  if (!(from < to)) throw new Failure({ detail: "Write a range whose start is before its end." })
  const points = Array.from({ length: POINTS }, (_, place) => from + ((to - from) * place) / (POINTS - 1))
  if (feature.type === "number") return points.map((value) => Number(value.toPrecision(6)))
  const rounded = feature.type === "integer" ? points.map(Math.round) : points.map((time) => written(feature, time))
  return [...new Set(rounded)]
}

async function draw(feature) {
  const all = values(feature)
  const status = byId("what-if-status")
  status.textContent = "Predicting " + all.length + " values of " + feature.name + " ..."
  const present = instance()
  const predictions = await predictInstances(all.map((value) => ({ ...present, [feature.name]: value })))
  const found = predictions.map(series)
  const place = byId("what-if-curve")
  if (found.includes(null)) {
    status.textContent = "These predictions are not numbers, so there is no curve."
    place.replaceChildren()
    return
  }
  const names = found[0].map(({ name }) => name)
  const title = names.join(", ") + " by " + feature.name
  const spread = discrete(feature)
  const position = spread ? (value) => all.indexOf(value) : share(feature, all)
  const lines = names.map((name, index) => ({ name, points: all.map((value, at) => [position(value), found[at][index].value]) }))
  const now = fields.find((field) => field.feature === feature).read()
  const within = now !== null && (spread ? all.includes(now) : position(now) >= 0 && position(now) <= 1)
  const unit = feature.unit
  const caption = "Values of the curve"
  const rows = all.map((value, at) => [cell(value, unit), ...found[at].map((one) => cell(one.value, contract.output.unit))])
  place.replaceChildren(
    chart({
      title,
      lines,
      ticks: ticks(all, position, spread),
      mark: within ? position(now) : null,
      size: spread ? all.length - 1 : 1,
      connected: !spread,
      unit: contract.output.unit,
    }),
    ...(names.length > 1 ? [legend(names)] : []),
    element(
      "details",
      {},
      element("summary", {}, caption),
      element("div", { class: "wide", tabindex: 0, role: "region", "aria-label": caption }, table(title, [feature.name, ...names], rows)),
    ),
  )
  status.textContent = title + ": " + all.length + " points" + (within ? "; the vertical line is at the form's value." : ".")
}

// Return a function from a value to its share of the range, 0 to 1.
function share(feature, all) {
  const size = (value) => (isNumber(feature) ? value : moment(value))
  const [from, to] = [size(all[0]), size(all[all.length - 1])]
  return (value) => (size(value) - from) / (to - from)
}

function ticks(all, position, spread) {
  const every = spread ? Math.ceil(all.length / 12) : 1
  const at = (part) => all[Math.round(part * (all.length - 1))]
  const chosen = spread ? all.filter((_, place) => place % every === 0) : [0, 0.25, 0.5, 0.75, 1].map(at)
  return chosen.map((value) => [position(value), value === null ? "(empty)" : String(value).slice(0, 19)])
}

function cell(value, unit) {
  const text = value === null ? "(empty)" : typeof value === "string" ? value : quantity(value, unit)
  return element("data", { value: JSON.stringify(value) }, text)
}

function legend(names) {
  return element("ul", { class: "legend" }, ...names.map((name, place) => element("li", { class: "key key" + (place % 6) }, name)))
}
