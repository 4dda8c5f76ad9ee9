#!/usr/bin/env bash
# Previews every environment's stacks and writes what came of it, as Markdown, to the file named.
# All are previewed even if one is refused; then it ends with 1.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
summary=$1
output=$(mktemp)
trap 'rm -f "$output"' EXIT
failed=0
for file in stacks/Pulumi.*.yaml; do
    environment=${file#stacks/Pulumi.}
    environment=${environment%.yaml}
    # A second dot: an institution's file, previewed with its environment.
    if [[ $environment == *.* ]]; then continue; fi
    word=passed
    if ! make --silent preview ENV="$environment" 2>&1 | tee "$output"; then
        word=refused
        failed=1
    fi
    {
        printf '\n## Preview of %s: %s\n\n<details><summary>The preview</summary>\n\n' \
            "$environment" "$word"
        # A summary holds a megabyte; what is refused stands last.
        printf '~~~~\n%s\n~~~~\n</details>\n' "$(tail --bytes=60000 "$output")"
    } >>"$summary"
done
exit "$failed"
