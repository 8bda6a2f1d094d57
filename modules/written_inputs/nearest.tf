# A known key is near if it begins with the unknown one, or if they share letters and pairs of letters: both halves of Dice's coefficient,
# from 0 to 1. modules/written_contract has the same rule: the command-line tool evaluates it by itself, without calls of other modules.

locals {
  pieces = { for key in distinct(flatten([for unknown in local.unknown : [unknown.key, unknown.known]])) : key => toset(concat(
    split("", key), [for i in range(max(0, length(key) - 1)) : substr(key, i, 2)]
  )) }
  likeness = [for unknown in local.unknown : { for known in unknown.known : known => (
    startswith(known, unknown.key) ? 1
    : 2 * length(setintersection(local.pieces[known], local.pieces[unknown.key])) / (
      length(local.pieces[known]) + length(local.pieces[unknown.key])
    )
  ) }]
  nearest = [for likeness in local.likeness : [for key, share in likeness : key if share >= 0.5 && share == max(0, values(likeness)...)]]

  advice = [for i, unknown in local.unknown : (
    contains([1, 2], length(unknown.elsewhere)) ? "It is a key of ${join(" and ", unknown.elsewhere)}."
    : length(local.nearest[i]) > 0 ? "Did you mean \"${local.nearest[i][0]}\"?"
    : length(unknown.known) > 0 ? "Use ${length(unknown.known) > 1 ? "one of " : ""}${join(", ", unknown.known)}."
    : "Remove it: this object has no keys."
  )]

  problems = [for i, unknown in local.unknown : "${unknown.path}: \"${unknown.key}\" is unknown. ${local.advice[i]}"]
}
