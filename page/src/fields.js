// One field for each feature: the control that fits its type, a hint, and a place for an error.

import { contract, optional, rule } from "./contract.js"
import { element } from "./elements.js"

export class Field {
  constructor(feature) {
    this.feature = feature
    this.id = "field-" + feature.name
    this.control = feature.values ? choice(feature, feature.values) : typed(feature)
    this.error = element("p", { class: "error", id: this.id + "-error", hidden: true })
    const described = []
    const hint = element("p", { class: "hint", id: this.id + "-hint" }, [feature.description, rule(feature)].filter(Boolean).join(" · "))
    if (hint.textContent) described.push(hint.id)
    this.control.id = this.id
    this.control.name = feature.name
    this.described = described
    this.showError("")
    const label = element("label", { for: this.id }, feature.name)
    if (feature.unit) label.append(element("span", { class: "unit" }, " in " + feature.unit))
    const parts = this.control.type === "checkbox" ? [element("div", { class: "check" }, this.control, label)] : [label, this.control]
    this.element = element("div", { class: "field" }, ...parts, ...(described.length ? [hint] : []), this.error)
    this.reset()
  }

  // Fill in the example.
  reset() {
    this.write(this.feature.example)
    this.showError("")
  }

  write(value) {
    const { control, feature } = this
    if (control.type === "checkbox") control.checked = value === true
    else if (control.choices) control.value = String(control.choices.indexOf(value ?? null))
    else if (feature.type === "datetime") control.value = (value ?? "").replace(" ", "T")
    else control.value = value ?? ""
  }

  // Return the value as JSON carries it: null if the field is empty.
  read() {
    const { control, feature } = this
    if (control.type === "checkbox") return control.checked
    if (control.choices) return control.choices[Number(control.value)] ?? null
    if (control.value === "") return control.validity.badInput ? "" : null
    if (feature.type === "number" || feature.type === "integer") return control.valueAsNumber
    if (feature.type === "datetime") return datetime(control.value)
    return control.value
  }

  showError(detail) {
    this.error.textContent = detail
    this.error.hidden = !detail
    this.control.setAttribute("aria-invalid", String(Boolean(detail)))
    const described = detail ? [...this.described, this.error.id] : this.described
    if (described.length) this.control.setAttribute("aria-describedby", described.join(" "))
    else this.control.removeAttribute("aria-describedby")
  }
}

// A browser leaves out seconds that are zero.
export function datetime(text) {
  return text.replace("T", " ") + (text.length === 16 ? ":00" : "")
}

export const fields = contract.features.map((feature) => new Field(feature))

// Return the form as one instance. A feature that is optional and empty is left out.
export function instance() {
  const entries = fields.map((field) => [field.feature.name, field.read(), optional(field.feature)])
  return Object.fromEntries(entries.filter(([, value, absent]) => value !== null || !absent).map(([name, value]) => [name, value]))
}

function choice(feature, values) {
  const choices = optional(feature) ? [...values, null] : values
  const text = (value) => (value === null ? empty(feature) : String(value))
  const made = element("select", {}, ...choices.map((value, place) => element("option", { value: place }, text(value))))
  if (!optional(feature)) made.required = true
  made.choices = choices
  return made
}

function empty(feature) {
  return feature.default === undefined ? "(empty)" : "(empty: " + feature.default + ")"
}

function typed(feature) {
  const { minimum: min, maximum: max, max_length: maxlength } = feature
  const required = !optional(feature)
  switch (feature.type) {
    case "number":
      return element("input", { type: "number", step: "any", min, max, required, inputmode: "decimal" })
    case "integer":
      return element("input", { type: "number", step: 1, min, max, required })
    case "boolean":
      return required ? element("input", { type: "checkbox" }) : choice(feature, [true, false])
    case "date":
      return element("input", { type: "date", required, min: "0001-01-01", max: "9999-12-31" })
    case "datetime":
      return element("input", { type: "datetime-local", step: 1, required, min: "0001-01-01T00:00", max: "9999-12-31T23:59:59" })
    default:
      return element("input", { type: "text", maxlength, required, spellcheck: "false" })
  }
}
