"""Checks Terraform files for AWS without the provider: types of resources and data sources, names of arguments and blocks, and
required arguments that are missing. What it knows comes from the typed bindings of the provider in an npm package:

    npm pack @cdktf/provider-aws && tar xzf cdktf-provider-aws-*.tgz
    tests/integration/aws/python.sh tests/integration/aws/provider_check.py package examples/aws/terraform/*.tf

It knows nothing of values, conflicts between arguments, and other providers.
"""
import functools
import pathlib
import re
import sys

import hcl2

# What may stand in any resource, and what the parser adds.
META = {"count", "foreach", "dependson", "provider", "lifecycle", "provisioner", "connection", "timeouts", "id", "isblock", "comments",
        "inlinecomments"}
BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.S)
INTERFACE = re.compile(r"export interface (\w+)( extends [\w.]+)? \{(.*?)\n\}", re.S)
FIELD = re.compile(r"readonly (\w+)(\??): \(?(\w*)[^;]*;")


def plain(name):
    """A name as Terraform and as TypeScript write it, made equal."""
    return name.strip('"').replace("_", "").lower()


@functools.lru_cache(None)
def schema(package, kind, resource_type):
    """Each interface as {field: (required, type)}, and the name of the one that is the resource itself."""
    folder = ("data-aws-" if kind == "data" else "") + resource_type.removeprefix("aws_").replace("_", "-")
    file = package / "lib" / folder / "index.d.ts"
    if not file.exists():
        return None
    interfaces, root = {}, None
    for name, base, body in INTERFACE.findall(BLOCK_COMMENT.sub("", file.read_text(encoding="utf-8"))):
        interfaces[name] = {plain(field): (not optional, kind) for field, optional, kind in FIELD.findall(body)}
        if "TerraformMetaArguments" in base:
            root = name
    return interfaces, root


def check_block(where, body, interfaces, name):
    fields, seen = interfaces[name], set()

    def check_nested(field, blocks):
        if fields[plain(field)][1] in interfaces:
            for block in blocks if isinstance(blocks, list) else []:
                if isinstance(block, dict):
                    yield from check_block(f"{where}.{field}", block, interfaces, fields[plain(field)][1])

    for argument, value in body.items():
        if plain(argument) == "dynamic":
            nested = [(name.strip('"'), block.get("content", [])) for one in value for name, block in one.items() if plain(name) != "isblock"]
        else:
            nested = [(argument, value)]
        for field, content in nested:
            seen.add(plain(field))
            if plain(field) in fields:
                yield from check_nested(field, content)
            elif plain(field) not in META:
                yield f"{where}: unknown argument or block {field}"
    for field, (required, _) in fields.items():
        if required and field not in seen:
            yield f"{where}: required argument {field} is missing"


def check_file(package, file):
    """The faults of one file, as texts."""
    with open(file, encoding="utf-8") as stream:
        content = hcl2.load(stream)
    for kind in ("resource", "data"):
        for block in content.get(kind, []):
            for resource_type, instances in block.items():
                resource_type = resource_type.strip('"')
                if not resource_type.startswith("aws_"):
                    continue
                known = schema(package, kind, resource_type)
                for name, body in instances.items():
                    where = f"{file}: {kind} {resource_type}.{name}".replace('"', "")
                    if not isinstance(body, dict):
                        continue
                    if not known:
                        yield f"{where}: unknown type"
                    elif known[1]:
                        yield from check_block(where, body, *known)


def main():
    package, *files = map(pathlib.Path, sys.argv[1:])
    faults = [fault for file in files for fault in check_file(package, file)]
    print("\n".join(faults) or "no fault")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
