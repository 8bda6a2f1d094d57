// The page: what the model predicts, the form, and the parts that use it.

import { access } from "./access.js"
import { Failure, predictInstances, useCredential, useHeader } from "./client.js"
import { contract } from "./contract.js"
import { byId, element } from "./elements.js"
import { fields, instance } from "./fields.js"
import { setUpFiles } from "./files.js"
import { shown } from "./predictions.js"
import { errorsOf } from "./problems.js"
import { setUpSnippets } from "./snippets.js"
import { setUpWhatIf } from "./whatif.js"

const { output } = contract

function describe() {
  document.title = contract.name
  byId("title").textContent = contract.name
  const unit = output.unit ? " in " + output.unit : ""
  byId("about").textContent = "Predicts " + output.name + unit + (output.description ? ": " + output.description : "") + "."
}

function setUpAccess() {
  const key = byId("key")
  if (access) {
    byId("key-label").textContent = access.label
    byId("key-origin").textContent = contract.issuer ? "From " + contract.issuer + ". " : ""
    key.addEventListener("input", () => useCredential(key.value))
  }
  byId("key-access").hidden = !access
  byId("key-access").addEventListener("submit", (event) => {
    event.preventDefault()
    fields[0].control.focus()
  })
  byId("signed-access").hidden = access !== null
  for (const id of ["predict-buttons", "what-if", "csv"]) byId(id).hidden = !access
  for (const { name, description, required } of contract.parameters) {
    const control = element("input", { type: "text", id: name, required, autocomplete: "off", spellcheck: "false" })
    control.addEventListener("input", () => useHeader(name, control.value.trim()))
    const hint = element("p", { class: "hint" }, description)
    byId("parameters").append(element("div", { class: "field" }, element("label", { for: name }, name), control, hint))
  }
}

function clearProblems() {
  byId("problems").replaceChildren()
  byId("problems").hidden = true
  for (const field of fields) field.showError("")
}

// Show a problem: the errors of features at their fields, the others above the form; the focus goes to the first.
function showProblem(problem, status) {
  const others = []
  const wrong = []
  for (const { feature, detail } of errorsOf(problem)) {
    const field = fields.find((one) => one.feature.name === feature)
    if (!field) others.push(detail)
    else if (!wrong.includes(field)) {
      field.showError(detail)
      wrong.push(field)
    }
  }
  const count = wrong.length === 1 ? "1 field has an error." : wrong.length + " fields have errors."
  status.textContent = wrong.length ? "No prediction: " + count : "No prediction."
  byId("problems").replaceChildren(...others.map((text) => element("p", {}, text)))
  byId("problems").hidden = !others.length
  if (wrong.length) wrong[0].control.focus()
  else if ([401, 403].includes(problem.status)) byId("key").focus()
}

async function predict(event) {
  event.preventDefault()
  clearProblems()
  const [button, answer, status] = [byId("predict"), byId("answer"), byId("predict-status")]
  button.disabled = true
  status.textContent = "Predicting ..."
  try {
    const predictions = await predictInstances([instance()])
    const response = element("pre", { id: "response" }, JSON.stringify({ predictions }))
    answer.replaceChildren(...shown(predictions[0]), element("details", {}, element("summary", {}, "Response"), response))
    status.textContent = ""
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    answer.replaceChildren()
    showProblem(error.problem, status)
  } finally {
    button.disabled = false
  }
}

function reset(event) {
  event.preventDefault()
  clearProblems()
  for (const field of fields) field.reset()
  byId("answer").replaceChildren()
  byId("predict-status").textContent = "The form shows the contract's examples."
}

describe()
setUpAccess()
byId("fields").append(...fields.map((field) => field.element))
byId("predict-form").addEventListener("submit", predict)
byId("predict-form").addEventListener("reset", reset)
setUpWhatIf(showProblem, clearProblems)
setUpFiles()
setUpSnippets()
