# SPDX-License-Identifier: Apache-2.0
"""The values of positional instances as texts, without a list and a dict for each row."""

from __future__ import annotations

# the text around and between the rows and their values: Python's spacing and JavaScript's, wrapped rows and bare ones
FORMS = (
    ('{"instances": [{"features": [', ']}, {"features": [', "]}]}", ", "),
    ('{"instances":[{"features":[', ']},{"features":[', "]}]}", ","),
    ('{"instances": [[', "], [", "]]}", ", "),
    ('{"instances":[[', "],[", "]]}", ","),
)
END = "\n"  # takes the place of what is between two rows: no JSON value


def tokens_of(text: str, width: int) -> list[str] | None:
    """Return the values of all rows of ``width`` values as JSON writes them, or None in case of any doubt.

    The rows follow one another, with ``END`` between them. That spares a list and a dict per row. It is exact if each of the
    texts is a value: a separator inside of a string or of a nested value leaves pieces that are not values.
    """
    for head, between, tail, comma in FORMS:
        if text.startswith(head) and text.endswith(tail):
            content = text[len(head) : -len(tail)]
            tokens = content.split(comma, width)
            return tokens if len(tokens) == width else _rows_of(content, between, comma, width)
    return None


def _rows_of(content: str, between: str, comma: str, width: int) -> list[str] | None:
    if END in content:
        return None
    tokens = content.replace(between, comma + END + comma).split(comma)
    rows, rest = divmod(len(tokens) + 1, width + 1)
    return tokens if rest == 0 and tokens[width :: width + 1].count(END) == rows - 1 else None
