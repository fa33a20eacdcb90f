"""The Terraform files of examples/aws, as far as they can be checked without AWS and without its provider.

By Python, always: they can be read, and all that they refer to is there. By terraform, where there is one: their format, and the
tests of the module without a provider. By the provider's bindings, where WHIMBREL_TEST_CDKTF_AWS says where they are: see
provider_check.py.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

import hcl2

import provider_check

EXAMPLE = pathlib.Path(__file__).resolve().parents[3] / "examples" / "aws"
FOLDER = EXAMPLE / "terraform"
NOT_CODE = re.compile(r'^\s*#.*$', re.M)


class Module:
    """The files of one folder: what they declare and what they refer to."""

    def __init__(self, folder):
        self.files = sorted(folder.glob("*.tf"))
        self.declared = {kind: set() for kind in ("variable", "local", "output", "resource", "data")}
        for file in self.files:
            with open(file, encoding="utf-8") as stream:
                self.declare(hcl2.load(stream))
        self.text = "\n".join(NOT_CODE.sub("", file.read_text(encoding="utf-8")) for file in self.files)

    def declare(self, content):
        def names(block):
            return {name.strip('"') for name in block if not name.startswith("__")}

        for kind in ("variable", "output"):
            for block in content.get(kind, []):
                self.declared[kind] |= names(block)
        for block in content.get("locals", []):
            self.declared["local"] |= names(block)
        for kind in ("resource", "data"):
            for block in content.get(kind, []):
                for resource_type, instances in block.items():
                    self.declared[kind] |= {f"{resource_type.strip(chr(34))}.{name}" for name in names(instances)}

    def references(self, pattern):
        return set(re.findall(pattern, self.text))


class References(unittest.TestCase):
    def setUp(self):
        self.root, self.texts = Module(FOLDER), Module(FOLDER / "texts")

    def test_variables_are_declared_and_used(self):
        for module in (self.root, self.texts):
            self.assertEqual(module.references(r"\bvar\.(\w+)"), module.declared["variable"])

    def test_locals_are_declared_and_used(self):
        for module in (self.root, self.texts):
            self.assertEqual(module.references(r"\blocal\.(\w+)"), module.declared["local"])

    def test_resources_are_declared(self):
        self.assertLessEqual(self.root.references(r"(?<![\w.])((?:aws|archive)_\w+\.\w+)"), self.root.declared["resource"])
        self.assertEqual(self.root.references(r"\bdata\.(\w+\.\w+)"), self.root.declared["data"])

    def test_the_module_of_texts_gets_its_variables_and_gives_what_is_used(self):
        self.assertEqual(self.root.references(r"\bmodule\.texts\.(\w+)"), self.texts.declared["output"])
        call = re.search(r'module "texts" \{(.*?)\n\}', self.root.text, re.S)[1]
        self.assertEqual(set(re.findall(r"^  (\w+) +=", call, re.M)) - {"source"}, self.texts.declared["variable"])

    def test_files_of_the_example_are_there(self):
        for module, folder in ((self.root, FOLDER), (self.texts, FOLDER / "texts")):
            for name in module.references(r'\$\{(?:path\.module|local\.example)\}/([\w./-]+)"'):
                base = EXAMPLE if f"local.example}}/{name}" in module.text else folder
                self.assertTrue((base / name).exists(), name)


class Configuration(unittest.TestCase):
    def test_keys_are_known(self):
        keys = re.findall(r"^flyway\.([\w.]+)=", (FOLDER / "texts" / "flyway.conf.tftpl").read_text(encoding="utf-8"), re.M)
        self.assertIn("url", keys)
        page = (EXAMPLE.parents[1] / "docs" / "configuration.md").read_text(encoding="utf-8")
        self.assertEqual([key for key in keys if f"| `{key}` |" not in page], [])


@unittest.skipUnless(shutil.which("terraform"), "there is no terraform on this machine")
class ByTerraform(unittest.TestCase):
    def setUp(self):
        """A copy, because terraform leaves files in the folder."""
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="whimbrel-")))
        shutil.copytree(EXAMPLE, self.folder / "aws")
        (self.folder / "terraformrc").touch()

    def terraform(self, *words):
        done = subprocess.run(["terraform", *words], cwd=self.folder / "aws" / "terraform" / "texts", capture_output=True, text=True, timeout=120,
                              stdin=subprocess.DEVNULL, env={**os.environ, "TF_IN_AUTOMATION": "1", "TF_CLI_CONFIG_FILE": str(self.folder / "terraformrc"),
                                                             "CHECKPOINT_DISABLE": "1"})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_format(self):
        self.assertEqual(self.terraform("fmt", "-check", "-diff", "-recursive", ".."), "")

    def test_the_module_of_texts(self):
        self.terraform("init", "-input=false", "-no-color")
        self.terraform("validate", "-no-color")
        self.assertIn(" 0 failed", self.terraform("test", "-no-color"))


@unittest.skipUnless(os.environ.get("WHIMBREL_TEST_CDKTF_AWS"), "WHIMBREL_TEST_CDKTF_AWS is not set")
class ByProviderBindings(unittest.TestCase):
    def test_types_and_arguments(self):
        package = pathlib.Path(os.environ["WHIMBREL_TEST_CDKTF_AWS"])
        self.assertEqual([fault for file in sorted(FOLDER.glob("*.tf")) for fault in provider_check.check_file(package, file)], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
