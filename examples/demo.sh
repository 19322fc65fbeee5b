# What `make demo` runs: counts, laws, a certificate and its check.
# Argument: the folder of the pyconslaw command.
set -eu
PATH="$(cd "$1" && pwd):$PATH"
file="$(mktemp -d)/certificate.json"
trap 'rm -rf "$(dirname "$file")"' EXIT
run() {
    printf '\n$ %s\n' "$*"
    "$@"
}
run pyconslaw count linear 4-4-4-4
run pyconslaw laws relu 2-3-1 --bias
run pyconslaw count mlp 5-6-4-3 --activations linear,relu
run pyconslaw count linear 1-2-2-1-2
run pyconslaw laws product 6
run pyconslaw family linear 1-2-2-1
run pyconslaw certify linear 784-512-256-10 -o "$file"
run pyconslaw verify "$file" --expect "linear 784-512-256-10"
