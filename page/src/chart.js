// Lines as SVG: the points of one or more series over a scale of numbers or of categories.

import { drawing } from "./elements.js"

const WIDTH = 720
const HEIGHT = 320
const LEFT = 70
const RIGHT = 20
const TOP = 20
const BOTTOM = 50
const STYLES = 6

// Draw lines: [{ name, points: [[x, y], ...] }]. x counts from 0; ticks are [x, text]; mark is the x of the present value, or null.
export function chart({ title, lines, ticks, mark, size, connected, unit }) {
  const values = lines.flatMap((line) => line.points.map(([, y]) => y))
  const steps = scale(Math.min(...values), Math.max(...values))
  const low = steps[0]
  const high = steps[steps.length - 1]
  const x = (value) => LEFT + ((WIDTH - LEFT - RIGHT) * value) / Math.max(size, 1)
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low))
  const made = drawing("svg", { viewBox: "0 0 " + WIDTH + " " + HEIGHT, role: "img", "aria-label": title })
  for (const step of steps) {
    made.append(drawing("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(step), y2: y(step) }))
    made.append(label(LEFT - 8, y(step) + 4, "end", round(step)))
  }
  for (const [place, text] of ticks) made.append(label(x(place), HEIGHT - BOTTOM + 20, "middle", text))
  if (unit) made.append(label(LEFT - 8, 12, "end", unit))
  if (mark !== null) made.append(drawing("line", { class: "mark", x1: x(mark), x2: x(mark), y1: TOP, y2: HEIGHT - BOTTOM }))
  for (const [place, line] of lines.entries()) {
    const style = "line line" + (place % STYLES)
    const path = line.points.map(([a, b]) => x(a).toFixed(1) + "," + y(b).toFixed(1)).join(" ")
    if (connected) made.append(drawing("polyline", { class: style, points: path }))
    for (const [a, b] of line.points) {
      made.append(drawing("circle", { class: style, cx: x(a).toFixed(1), cy: y(b).toFixed(1), r: connected ? 2.5 : 5 }))
    }
  }
  return made
}

// Return round numbers that include both bounds.
function scale(low, high) {
  if (low === high) {
    const margin = Math.abs(low) / 10 || 1
    return [low - margin, low, low + margin]
  }
  const rough = (high - low) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)
  const first = Math.floor(low / step) * step
  const steps = []
  for (let place = 0; steps.length === 0 || steps[steps.length - 1] < high; place++) steps.push(first + place * step)
  return steps
}

const round = (value) => Number(value.toPrecision(6)).toLocaleString("en", { maximumSignificantDigits: 6 })

const label = (x, y, anchor, text) => drawing("text", { x, y, "text-anchor": anchor }, text)
