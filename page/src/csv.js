// CSV as RFC 4180 has it: quoted fields may hold commas, quotes and line breaks.

// Return the records of a text, each a list of fields. Empty lines are left out.
export function parse(text) {
  const records = []
  let record = []
  let field = ""
  let quoted = false
  let written = false
  const endRecord = () => {
    if (record.length || field !== "" || written) records.push([...record, field])
    record = []
    field = ""
    written = false
  }
  const body = text.replace(/^\uFEFF/, "")
  for (let place = 0; place < body.length; place++) {
    const sign = body[place]
    if (quoted) {
      if (sign !== '"') field += sign
      else if (body[place + 1] === '"') field += body[++place]
      else quoted = false
    } else if (sign === '"' && field.trim() === "") {
      field = ""
      quoted = written = true
    } else if (sign === ",") {
      record.push(field)
      field = ""
      written = false
    } else if (sign === "\n" || sign === "\r") endRecord()
    else field += sign
  }
  endRecord()
  return records
}

// Return records as text.
export function write(records) {
  return records.map((record) => record.map(quote).join(",") + "\n").join("")
}

function quote(value) {
  const text = value === null || value === undefined ? "" : String(value)
  return /[",\r\n]/.test(text) || text !== text.trim() ? '"' + text.replaceAll('"', '""') + '"' : text
}
