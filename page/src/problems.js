// Problem documents (RFC 9457): which value of which instance is wrong, by JSON pointer (RFC 6901).

// Return the position of the instance and the name of the feature, null where the pointer names none.
export function place(pointer) {
  const [root, row, ...rest] = pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
  if (root !== "instances" || row === undefined) return { row: null, feature: null }
  return { row: Number(row), feature: rest.length ? rest[rest.length - 1] : null }
}

// Return the errors of a problem, each with its place; without any, the problem itself is one.
export function errorsOf(problem) {
  const errors = problem.errors ?? []
  if (!errors.length) return [{ row: null, feature: null, detail: problem.detail ?? problem.message ?? "The request failed." }]
  return errors.map((error) => ({ ...place(error.pointer), detail: error.detail }))
}
