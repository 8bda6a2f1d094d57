// Predictions of a CSV file: in batches that the API accepts, with progress, a table and a download.

import { Failure, predict } from "./client.js"
import { contract } from "./contract.js"
import { parse, write } from "./csv.js"
import { byId, download, element, table } from "./elements.js"
import { columns } from "./predictions.js"
import { errorsOf } from "./problems.js"

const ROWS = Math.min(200, contract.rows_per_request)
const CHARACTERS = 1_000_000
const SHOWN = 1000
let running = null
let result = null

export function setUpFiles() {
  const file = byId("csv-file")
  file.addEventListener("change", () => file.files.length && readFile(file.files[0]))
  const drop = byId("csv")
  drop.addEventListener("dragover", (event) => event.preventDefault())
  drop.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return
    event.preventDefault()
    readFile(event.dataTransfer.files[0])
  })
  byId("csv-form").addEventListener("submit", (event) => {
    event.preventDefault()
    run(byId("csv-text").value)
  })
  byId("csv-cancel").addEventListener("click", () => running?.abort())
  byId("csv-download").addEventListener("click", () => {
    download("predictions.csv", "text/csv", write([[...result.names, ...result.answers], ...result.rows]))
  })
}

async function readFile(file) {
  byId("csv-text").value = await file.text()
  say(file.name + " is ready. Press \u201cPredict all rows\u201d.")
}

function say(text) {
  byId("csv-status").textContent = text
}

async function run(text) {
  const records = parse(text)
  const names = contract.features.map((feature) => feature.name)
  const known = new Set(names)
  const named = records.length > 0 && records[0].every((name) => known.has(name.trim()))
  const rows = named ? records.slice(1) : records
  byId("csv-result").replaceChildren()
  byId("csv-download").hidden = true
  if (!rows.length) return say("There are no rows. Choose a CSV file, or paste its text.")
  running = new AbortController()
  result = { names: named ? records[0] : names, answers: [], rows: [] }
  const progress = byId("csv-progress")
  progress.max = rows.length
  progress.value = 0
  busy(true)
  try {
    for (const batch of batches(rows)) {
      say(progress.value + " of " + rows.length + " rows predicted")
      await predictBatch(batch, named)
      progress.value = result.rows.length
    }
    say("All " + rows.length + " rows predicted.")
  } catch (error) {
    if (error.name === "AbortError") say("Canceled after " + result.rows.length + " of " + rows.length + " rows.")
    else if (error instanceof Failure) failed(error.problem, rows.length, named)
    else throw error
  } finally {
    busy(false)
    showRows()
  }
}

// Yield groups of rows that fit into one request.
function* batches(rows) {
  let batch = []
  let size = 0
  for (const row of rows) {
    const length = row.join().length
    if (batch.length === ROWS || (batch.length && size + length > CHARACTERS)) {
      yield batch
      batch = []
      size = 0
    }
    batch.push(row)
    size += length
  }
  yield batch
}

async function predictBatch(batch, named) {
  const type = "text/csv; header=" + (named ? "present" : "absent")
  const predictions = await predict(write(named ? [result.names, ...batch] : batch), type, running.signal)
  const answers = predictions.map(columns)
  result.answers = Object.keys(answers[0])
  result.rows.push(...batch.map((row, place) => [...row, ...Object.values(answers[place])]))
}

function failed(problem, total, named) {
  const done = result.rows.length
  const errors = errorsOf(problem)
  const advice = problem.errors ? "Correct these rows, then try again." : errors[0].detail
  say("Stopped: " + done + " of " + total + " rows predicted. " + advice)
  if (!problem.errors) return
  const line = ({ row }) => (row === null ? "" : String(done + row + 1))
  const name = ({ feature }) => (feature === null ? "" : named ? feature : contract.features[Number(feature)]?.name ?? feature)
  byId("csv-result").append(table("Errors", ["row", "feature", "problem"], errors.map((error) => [line(error), name(error), error.detail])))
}

function showRows() {
  if (!result.rows.length) return
  const shown = result.rows.slice(0, SHOWN)
  const caption = shown.length < result.rows.length ? "The first " + SHOWN + " predictions; the download has all" : "Predictions"
  const rows = shown.map((row, place) => [String(place + 1), ...row.map((value) => String(value ?? ""))])
  const made = table(caption, ["row", ...result.names, ...result.answers], rows)
  byId("csv-result").append(element("div", { class: "wide tall", tabindex: 0, role: "region", "aria-label": "Predictions" }, made))
  byId("csv-download").hidden = false
}

function busy(on) {
  byId("csv-run").disabled = on
  byId("csv-cancel").hidden = !on
  byId("csv-progress").hidden = !on
}
