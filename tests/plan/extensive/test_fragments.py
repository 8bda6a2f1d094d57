"""Every fragment of Terraform in the documentation plans: inputs in a call of the module, and calls with the inputs that a page leaves out.

One plan of a root module with a module for each fragment. `make extensive` runs it.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from documentation import TREE, blocks

if TYPE_CHECKING:
    from planning import Planner

BACKEND = "terraform {"  # belongs to a root module only, and needs its bucket
ELLIPSIS = "# ..."  # in a call: the inputs that matter elsewhere
INPUTS = {
    "source": '"../../.."',
    "name": '"{name}"',
    "contract": 'yamldecode(file("${{path.module}}/contract.yaml"))',
    "model": '{{ artifact = "s3://models/m.tar.gz" }}',
    "capacity": "{{ instances = {{ count = 2 }} }}",
}
# Other parts of the reader's configuration to which a fragment refers.
REST = {
    "var.open": 'variable "open" {\n  type    = bool\n  default = true\n}\n',
    "aws_lambda_layer_version.adapter": (
        'resource "aws_lambda_layer_version" "adapter" {\n  layer_name          = "adapter"\n  s3_bucket           = "layers"\n'
        '  s3_key              = "adapter.zip"\n  compatible_runtimes = ["python3.13"]\n}\n'
    ),
}


def completed(fragment: str, name: str) -> str:
    """Return a module with a fragment: a call of the module where the fragment is inputs, and the inputs that the page leaves out."""
    text = re.sub(r'(source\s*=\s*)"(?:\.\./\.\./|git::[^"]*)([^"?]*)(?:\?[^"]*)?"', _source, fragment)
    given = set(re.findall(r"^ {0,2}(\w+) +=", text, re.MULTILINE))
    rest = "".join(f"  {key} = {value.format(name=name)}\n" for key, value in INPUTS.items() if key not in given)
    if not re.search(r'^(module|resource) "', text, re.MULTILINE):
        text = f'module "stack" {{\n{rest}{text}}}\n'
    return text.replace(ELLIPSIS, rest) + "".join(block for reference, block in REST.items() if reference in text)


def _source(found: re.Match[str]) -> str:
    folder = found[2] if found[0].count("../../") else ""
    return f'{found[1]}"../../../{folder}"'.replace('/"', '"')


def test_every_fragment_in_the_documentation_plans(planner: Planner) -> None:
    fragments = {where: block for where, block in blocks("tf").items() if not block.startswith(BACKEND)}
    artifact = planner.tree / "examples/bikeshare/.build/model.tar.gz"  # of the examples that the fragments call
    artifact.parent.mkdir(exist_ok=True)
    artifact.touch()
    root = planner.tree / "documentation" / "fragments"
    calls = []
    for number, (where, block) in enumerate(fragments.items()):
        name = f"fragment{number}"
        folder = root / name
        folder.mkdir(parents=True)
        shutil.copy(TREE / "examples/bikeshare/contract.yaml", folder)
        (folder / "main.tf").write_text(f"# {where}\n{completed(block, name)}", encoding="utf-8")
        calls.append(f'module "{name}" {{\n  source = "./{name}"\n}}\n')
    (root / "main.tf").write_text("".join(calls), encoding="utf-8")
    assert planner.plan("documentation/fragments").warnings == []
