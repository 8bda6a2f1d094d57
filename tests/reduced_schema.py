"""The AWS provider with the schema of the types that this repository names.

Terraform decodes the schema of 1,500 resource types and 600 data sources in each of its runs. Of these, about 100 are named here. Without
the others, a run needs a second of CPU less (2.1 instead of 3.1 for a plan of examples/bikeshare, 0.4 instead of 1.2 for `show`).
This server stands between Terraform and the provider. It passes on every call as it is, and leaves out of the schema what no file names.

The calls are those of the plugin protocol 5: https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, message_factory

TREE = Path(__file__).resolve().parents[1]
SCHEMA = "/tfplugin5.Provider/GetSchema"
# the fields of GetProviderSchema.Response that are maps of a type's name to its schema
FIELDS = {"resources": 2, "data_sources": 3, "ephemeral_resources": 8}
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class ReducedSchema(grpc.GenericRpcHandler):
    """Answers with what the provider at another address answers."""

    def __init__(self, provider: str) -> None:
        self._channel = grpc.insecure_channel(provider, options=UNLIMITED)

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        """Return the handler of a call to the provider; None for calls to the plugin library, which Terraform can do without."""
        method = handler_call_details.method
        if not method.startswith("/tfplugin5."):
            return None
        call = self._channel.unary_unary(method)

        def answer(request: bytes, context: grpc.ServicerContext) -> bytes:
            try:
                return self._schema if method == SCHEMA else call(request)
            except grpc.RpcError as error:
                context.abort(error.code(), error.details())

        return grpc.unary_unary_rpc_method_handler(answer)

    @cached_property
    def _schema(self) -> bytes:
        return reduced(self._channel.unary_unary(SCHEMA)(b""))


def serve(provider: str) -> tuple[grpc.Server, str]:
    """Start a server for the provider at an address; return it with its own address."""
    server = grpc.server(ThreadPoolExecutor(16), handlers=[ReducedSchema(provider)], options=UNLIMITED)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, f"127.0.0.1:{port}"


def reduced(schema: bytes) -> bytes:
    """Return a provider's schema without the types that no file of the repository names."""
    response = _response().FromString(schema)
    for field in FIELDS:
        entries = getattr(response, field)
        kept = [entry for entry in entries if entry.type in named()]
        del entries[:]
        entries.extend(kept)
    return bytes(response.SerializeToString())


@cache
def named() -> frozenset[str]:
    """Return what looks like the name of a type in any text of the repository."""
    found: set[str] = set()
    for folder, folders, files in TREE.walk():
        folders[:] = [name for name in folders if not name.startswith(".")]
        texts = [folder / name for name in files if name.endswith((".tf", ".hcl", ".py", ".md", ".yaml"))]
        found |= {name for text in texts for name in re.findall(r"\baws_[a-z0-9_]+", text.read_text(encoding="utf-8"))}
    return frozenset(found)


def _response() -> Any:
    """Return the class of the response; fields that it does not declare are kept as they are."""
    file = descriptor_pb2.FileDescriptorProto(name="schema.proto", package="schema", syntax="proto3")
    text, octets, message = (getattr(descriptor_pb2.FieldDescriptorProto, f"TYPE_{kind}") for kind in ("STRING", "BYTES", "MESSAGE"))
    entry = file.message_type.add(name="Entry")
    entry.field.add(name="type", number=1, type=text, label="LABEL_OPTIONAL")
    entry.field.add(name="schema", number=2, type=octets, label="LABEL_OPTIONAL")
    response = file.message_type.add(name="Response")
    for name, number in FIELDS.items():
        response.field.add(name=name, number=number, type=message, type_name=".schema.Entry", label="LABEL_REPEATED")
    return message_factory.GetMessages([file])["schema.Response"]
