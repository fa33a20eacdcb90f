#!/usr/bin/python3
"""What a start costs and offers: client libraries only when they are needed, completion in real shells, the manual."""
import os
import re
import subprocess

import program
from program import ProgramTest


class Libraries(ProgramTest):
    def loaded(self, *words):
        """The client libraries that the run loads, from what the dynamic loader says of itself."""
        done = subprocess.run([program.tool, *words], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=program.PATIENCE, env={**os.environ, "LD_DEBUG": "files"})
        names = ("libpq", "libmariadb", "libmysqlclient", "libcurl", "libcrypto", "libssl")
        return {name for name in names if f"file={name}." in done.stderr}

    def test_are_not_loaded_for_help_and_sqlite(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        url = f"-url={self.database.url}"
        for words in (["-v"], ["help"], [url, "migrate"], [url, "info"]):
            self.assertEqual(self.loaded(*words), set(), words)

    def test_are_those_of_the_database(self):
        self.assertIn("libpq", self.loaded("-url=jdbc:postgresql://127.0.0.1:1/x", "-user=u", "-password=p", "info"))
        self.assertNotIn("libpq", self.loaded("-url=jdbc:mariadb://127.0.0.1:1/x", "-user=u", "-password=p", "info"))

    def test_are_not_those_of_the_current_folder(self):
        for name in ("libpq.so.5", "libmariadb.so.3", "libcurl.so.4"):
            (self.folder / name).write_text("anybody's")
        for url in ("jdbc:postgresql://127.0.0.1:1/x", "jdbc:mariadb://127.0.0.1:1/x"):
            done = subprocess.run([program.tool, f"-url={url}", "-user=u", "-password=p", "info"], cwd=self.folder,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=program.PATIENCE)
            self.assertIn("Unable to obtain connection from database", done.stderr)


class Documents(ProgramTest):
    def document(self, *words):
        done = subprocess.run([program.tool, *words], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=program.PATIENCE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def bash(self, line):
        """What bash offers at the end of the line."""
        self.folder.joinpath("completion").write_text(self.document("completion", "bash"))
        script = """. ./completion
            COMP_LINE=$1 COMP_POINT=${#1}
            _whimbrel
            printf '%s\\n' "${COMPREPLY[@]}" """
        done = subprocess.run(["bash", "--norc", "-c", script, "bash", line], cwd=self.folder, capture_output=True, text=True, timeout=program.PATIENCE)
        self.assertEqual((done.returncode, done.stderr), (0, ""), line)
        return sorted(done.stdout.split())

    def test_bash_completes_commands_options_and_values(self):
        self.assertEqual(self.bash("whimbrel mig"), ["migrate"])
        self.assertEqual(self.bash("whimbrel -url=jdbc:sqlite:x.db va"), ["validate"])
        self.assertEqual(self.bash("whimbrel -placeholderP"), ["-placeholderPrefix="])
        self.assertEqual(self.bash("whimbrel -placeholders"), ["-placeholders."])
        self.assertEqual(self.bash("whimbrel -outOfOrder="), ["false", "true"])
        self.assertEqual(self.bash("whimbrel --color=a"), ["always", "auto"])
        self.assertEqual(self.bash("whimbrel -url=jdbc:my"), [])

    def test_bash_completes_files_in_lists(self):
        (self.folder / "one.conf").touch()
        (self.folder / "two.conf").touch()
        self.assertEqual(self.bash("whimbrel -configFiles=on"), ["one.conf"])
        self.assertEqual(self.bash("whimbrel -configFiles=one.conf,tw"), ["one.conf,two.conf"])
        self.assertEqual(self.bash("whimbrel -locations=filesystem:on"), ["one.conf"])

    def fish(self, line):
        self.folder.joinpath("completion.fish").write_text(self.document("completion", "fish"))
        done = subprocess.run(["fish", "--no-config", "-c", f"source completion.fish; complete -C '{line}'"], cwd=self.folder,
                              capture_output=True, text=True, timeout=program.PATIENCE, env={**os.environ, "HOME": str(self.folder)})
        self.assertEqual((done.returncode, done.stderr), (0, ""), line)
        return sorted(offer.split("\t")[0] for offer in done.stdout.splitlines())

    def test_fish_completes_commands_options_and_values(self):
        self.assertEqual(self.fish("whimbrel mig"), ["migrate"])
        self.assertEqual(self.fish("flyway -outOfOrd"), ["-outOfOrder=false", "-outOfOrder=true"])
        self.assertEqual(self.fish("whimbrel -placeholderP"), ["-placeholderPrefix="])

    def test_zsh_takes_the_completion(self):
        functions = self.folder / "functions"
        functions.mkdir()
        (functions / "_whimbrel").write_text(self.document("completion", "zsh"))
        script = """fpath=(./functions $fpath); autoload -Uz compinit; compinit -u -d ./dump; print $_comps[flyway]
            compdef() { print sourced $1 }; source ./functions/_whimbrel"""
        done = subprocess.run(["zsh", "-f", "-c", script], cwd=self.folder, capture_output=True, text=True, timeout=program.PATIENCE)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "_whimbrel\nsourced _whimbrel\n", ""))

    def test_the_manual_has_no_warnings(self):
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-"], input=self.document("man"), capture_output=True,
                              text=True, timeout=program.PATIENCE, env={**os.environ, "MANWIDTH": "100", "MANPAGER": "cat", "LC_ALL": "C.UTF-8"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue("-baselineOnMigrate=boolean" in re.sub(".\b", "", done.stdout))

    def test_the_sample_configuration_holds_the_defaults(self):
        """Everything in it that has a value is taken from a file, and changes nothing."""
        lines = [line[2:] for line in self.document("sample-configuration").splitlines()
                 if line.startswith("# flyway.") and not line.endswith("=")]
        self.assertGreater(len(lines), 30)
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        (self.folder / "all.conf").write_text("\n".join(lines))
        before = self.succeeds("info").out
        self.assertEqual(self.succeeds("-configFiles=all.conf", "info").out, before)


if __name__ == "__main__":
    program.main()
