// Elements of the document. Text becomes a text node, never markup.

export function element(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children)
}

export function drawing(tag, attributes, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children)
}

export function byId(id) {
  return document.getElementById(id)
}

// A table with column headers; the cells are texts or elements.
export function table(caption, headers, rows) {
  return element("table", {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...headers.map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...rows.map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, cell))))))
}

// Offer a text as a file.
export function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }))
  element("a", { href: address, download: name }).click()
  URL.revokeObjectURL(address)
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) made.setAttribute(name, "")
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value)
  }
  made.append(...children)
  return made
}
