"""The command ``python -m sagemaker_sandbox``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sagemaker_sandbox.host import control, terraform_cli

DEFAULT_ROOT = Path(".sandbox")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit code: 0, or 1 with the reason on stderr."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (control.SandboxError, terraform_cli.MirrorError) as error:
        print(f"sagemaker_sandbox: {error}", file=sys.stderr)
        return 1


def _up(options: argparse.Namespace) -> int:
    sandbox = control.up(options.root, options.port, say=_say)
    _say(f"environment: . {sandbox.environment_file}")
    return 0


def _down(options: argparse.Namespace) -> int:
    _say("stopped" if control.down(options.root) else "nothing was running")
    return 0


def _status(options: argparse.Namespace) -> int:
    sandbox = control.find(options.root)
    _say(f"up at {sandbox.url}, process {sandbox.pid}" if sandbox else "down")
    return 0 if sandbox else 1


def _terraform_rc(options: argparse.Namespace) -> int:
    if path := terraform_cli.configuration(options.root):
        print(path)
    return 0


def _say(line: str) -> None:
    print(f"sandbox: {line}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sagemaker_sandbox",
        description="A local AWS on 127.0.0.1: LocalStack with SageMaker endpoints and Lambda functions as processes.",
        epilog="State is kept in memory only: `up` after `down` starts empty.",
    )
    commands = parser.add_subparsers(required=True)
    for name, run, text in (
        ("up", _up, "start the sandbox, wait until it is ready, and write ROOT/env; does nothing if it is already running"),
        ("down", _down, "stop the sandbox and all of its processes; everything created in it is lost"),
        ("status", _status, "print whether the sandbox is up; exit code 1 if not"),
        ("terraform-rc", _terraform_rc, "print the value for TF_CLI_CONFIG_FILE, or nothing if it must be unset"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        command.add_argument("--root", type=Path, default=DEFAULT_ROOT, help="folder for its state (default %(default)s)")
        if name == "up":
            command.add_argument("--port", type=int, help="port to try first (default: that of the last start, at first 4566)")
    return parser
