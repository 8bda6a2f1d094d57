#!/bin/sh
# Report a missing or wrong program before anything is installed: checks/prerequisites.sh [terraform] [python=COMMAND] [chromium]
#
# Root on Debian gets Chromium installed. Uses nothing but the shell, because nothing else is certain to be there.
here=${0%/*}
status=0

fail() {
  printf '%s\n' "$@" >&2
  status=1
}

# The version that the module requires, as versions.tf states it.
required_terraform() {
  while read -r name _ _ version _; do
    [ "$name" = required_version ] && version=${version%\"} && printf '%s' "$version" && return
  done <"$here/../versions.tf"
}

check_terraform() {
  required=$(required_terraform)
  hint="Install it (https://developer.hashicorp.com/terraform/install) and run the command again."
  path=$(command -v terraform) || {
    fail "Terraform $required or newer is required, and no terraform is on the PATH." "$hint"
    return
  }
  answer=$(terraform version -json 2>&1)
  found=${answer#*\"terraform_version\":}
  found=${found#*\"}
  found=${found%%\"*}
  major=${found%%.*}
  minor=${found#*.}
  minor=${minor%%.*}
  case "$answer" in *\"terraform_version\":*) ;; *) major= ;; esac
  case "$major$minor" in
  '' | *[!0-9]*)
    fail "Terraform $required or newer is required, and 'terraform version -json' with $path failed:" "$answer"
    return
    ;;
  esac
  if [ "$major" -lt "${required%%.*}" ] || { [ "$major" -eq "${required%%.*}" ] && [ "$minor" -lt "${required#*.}" ]; }; then
    fail "Terraform $required or newer is required; $path is $found." "$hint"
  fi
}

check_python() {
  required=3.13 # the version of the Lambda runtime, and the one that LocalStack's dependencies are pinned for
  hint="Install Python $required, or name one: make PYTHON=/path/to/python$required"
  command -v "$1" >/dev/null || {
    fail "Python $required is required, and there is no command $1." "$hint"
    return
  }
  found=$("$1" -c 'import platform; print(platform.python_version())' 2>&1)
  case "$found" in
  "$required".*) ;;
  *)
    fail "Python $required is required; $1 is ${found:-not one}." "$hint"
    return
    ;;
  esac
  "$1" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "Python's venv module is required, and $1 does not have it. On Debian and Ubuntu: apt install python$required-venv"
}

check_chromium() {
  for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && return
  done
  # a container or a CI machine: it has no other user, and takes packages from Debian
  if [ "$status" = 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "set-up: Chromium from Debian's packages, for the browser tests" >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends chromium >/dev/null && return
  fi
  fail "Chromium is required by the browser tests, and no chromium, chromium-browser or google-chrome is on the PATH." \
    "On Debian: apt install chromium. The other tiers run without it: make unit module plan compliance localstack"
}

for requirement in "$@"; do
  case "$requirement" in
  terraform) check_terraform ;;
  python=*) check_python "${requirement#python=}" ;;
  chromium) check_chromium ;;
  *) fail "usage: $0 [terraform] [python=COMMAND] [chromium]" ;;
  esac
done
exit "$status"
