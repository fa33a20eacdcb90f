#!/usr/bin/python3
"""Passwords and prompts of the whole program: where a password may come from, what the terminal is asked, what is shown."""
import os
import pty
import select
import signal
import string
import subprocess
import termios
import time
import unittest

import program
from program import PATIENCE, SERVERS, ProgramTest, assert_no_password, on_each

# Every character that can be typed, blanks and quotes among them, and some that need two to four bytes.
ANYTHING = " " + string.punctuation + "aZ0 " + "äß€漢😀" + "'\"\\ "
NOBODY = "jdbc:mariadb://127.0.0.1:1/x"    # no server answers there
TOML_TEXT = {"\\": "\\\\", '"': '\\"'}


def in_conf(text):
    """As a .conf file can hold it: there is no way to write a blank at either end, or ${NAME}."""
    return text.strip()


def in_toml(text):
    return '"' + "".join(TOML_TEXT.get(character, character) for character in text) + '"'


def percent(text):
    return "".join(f"%{byte:02X}" for byte in text.encode())


class Terminal:
    """The program on a terminal of its own; what it prints is in `seen`, what it typed back too if that is shown."""

    def __init__(self, command, **options):
        self.master, slave = pty.openpty()
        self.seen = b""
        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, **options)
        os.close(slave)

    def read(self):
        """Some more output; False at its end."""
        if not select.select([self.master], [], [], 0.05)[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.seen += data
        return bool(data)

    def wait_for(self, text):
        end = time.monotonic() + PATIENCE
        while text.encode() not in self.seen:
            if not self.read() or time.monotonic() > end:
                raise AssertionError(f"no {text!r} in {self.text}")

    def type(self, text):
        os.write(self.master, text.encode() + b"\n")

    def echoes(self):
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def finish(self):
        end = time.monotonic() + PATIENCE
        while self.read():
            if self.process.poll() is not None and not select.select([self.master], [], [], 0)[0]:
                break
            if time.monotonic() > end:
                raise AssertionError(f"the program hangs: {self.text}")
        assert_no_password(self.seen)
        return self.process.wait(PATIENCE)

    @property
    def text(self):
        return self.seen.decode(errors="replace").replace("\r\n", "\n")

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)


class OnServer:
    """An account whose password is ANYTHING, and the terminal, files and environment of its user."""

    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        self.name, self.password = self.new_account(ANYTHING)

    def new_account(self, password):
        user, _ = self.database.account(password=password)
        name = user.removeprefix("-user=")
        if self.kind != "postgresql":
            self.database.query(f"GRANT ALL ON {self.database.quote(self.database.schema)}.* TO {name}@'%'", database="")
        return name, password

    def file(self, name, text):
        path = self.folder / name
        path.write_bytes(text.encode())
        return path

    def environment(self, **variables):
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return {**os.environ, "HOME": str(home), **variables}

    def terminal(self, *words, login=(), url=None, **variables):
        command = self.command(*words, login=login)
        if url:
            command = [f"-url={url}" if word.startswith("-url=") else word for word in command]
        terminal = Terminal(command, cwd=self.folder, env=self.environment(**variables))
        self.addCleanup(terminal.close)
        return terminal

    def assert_hidden(self, text, *passwords):
        for password in passwords:
            self.assertNotIn(password, text)


@on_each(*SERVERS, "postgresql")
class Passwords(OnServer):
    def logs_in(self, *words, name=None, **variables):
        run = self.succeeds("info", "-X", login=(f"-user={name or self.name}", *words), env=self.environment(**variables))
        self.assert_hidden(run.out + run.err, self.password, self.password.strip())
        return run

    def test_argument(self):
        self.logs_in(f"-password={self.password}")
        self.logs_in(f"--password={self.password}")

    def test_environment(self):
        self.logs_in(FLYWAY_PASSWORD=self.password)

    def test_conf(self):
        name, password = self.new_account(in_conf(ANYTHING))
        self.file("flyway.conf", f"flyway.password={password}\n")
        self.logs_in(name=name)

    def test_conf_in_another_encoding(self):
        name, password = self.new_account("Zo\u00eb \u00df-1")
        (self.folder / "latin.conf").write_bytes(f"flyway.password={password}\n".encode("latin-1"))
        self.logs_in("-configFiles=latin.conf", "-configFileEncoding=ISO-8859-1", name=name)

    def test_conf_with_variable(self):
        self.file("flyway.conf", "flyway.password=${SECRET}\n")
        self.logs_in(SECRET=self.password)

    def test_toml(self):
        self.file("flyway.toml", f"[environments.default]\npassword = {in_toml(self.password)}\n")
        self.logs_in()

    def test_toml_with_variable(self):
        self.file("flyway.toml", '[environments.default]\npassword = "${env.SECRET}"\n')
        self.logs_in(SECRET=self.password)

    def test_file(self):
        self.file("secret", self.password + "\n")
        self.logs_in("-passwordFile=secret")
        self.logs_in(FLYWAY_PASSWORD_FILE=str(self.folder / "secret"))

    def test_command(self):
        self.file("secret", self.password + "\n")
        self.logs_in("-passwordCommand=cat 'secret'")

    def test_properties(self):
        self.logs_in(f"-jdbcProperties.password={self.password}")

    def test_native_url(self):
        address = self.database.url.removeprefix("jdbc:").replace("//", f"//{self.name}:{percent(self.password)}@")
        run = self.succeeds("info", "-X", f"-url={address}", login=())
        self.assert_hidden(run.out + run.err, percent(self.password), self.password)

    def test_nothing_shows_a_wrong_password(self):
        wrong = "Falsch-4711"
        self.file("secret", wrong)
        for words in ((f"-password={wrong}",), ("-passwordFile=secret",), ("-passwordCommand=echo " + wrong,),
                      (f"-url={self.database.url}{'&' if '?' in self.database.url else '?'}password={wrong}",),
                      (f"-url={self.database.url.replace('//', f'//{self.name}:{wrong}@')}",),
                      (f"password={wrong}",), (f"-pasword={wrong}",)):
            for more in ((), ("-X",), ("-outputType=json",), ("-outputFile=out.txt",)):
                run = self.run_tool("info", *more, *words, login=(f"-user={self.name}",), env=self.environment())
                self.assertEqual(run.code, 1, f"{words} {more}: {run}")
                self.assert_hidden(run.out + run.err, wrong)
        self.assertNotIn(wrong, (self.folder / "out.txt").read_text())

    def test_a_missing_password_file_is_an_error_before_any_connection(self):
        run = self.fails("info", "-passwordFile=nope", login=(f"-user={self.name}",))
        self.assertIn(f"Unable to read passwordFile: {self.folder}/nope", run.err)


@on_each("mariadb")
class Prompts(OnServer):
    def test_user_and_password_are_asked_for(self):
        terminal = self.terminal("info")
        terminal.wait_for("Database user: ")
        self.assertTrue(terminal.echoes())
        terminal.type(self.name)
        terminal.wait_for("Database password: ")
        self.assertFalse(terminal.echoes())
        terminal.type(self.password)
        self.assertEqual(terminal.finish(), 0, terminal.text)
        self.assertIn(f"Database user: {self.name}\nDatabase password: \n", terminal.text)
        self.assert_hidden(terminal.text, self.password)

    def test_what_is_there_is_not_asked_for(self):
        terminal = self.terminal("info", login=(f"-user={self.name}",))
        terminal.wait_for("Database password: ")
        terminal.type(self.password)
        self.assertEqual(terminal.finish(), 0, terminal.text)
        self.assertNotIn("Database user", terminal.text)

    def test_an_empty_value_is_there(self):
        terminal = self.terminal("info", login=("-user=", "-password="), url=NOBODY)
        self.assertEqual(terminal.finish(), 1)
        self.assertNotIn("Database user: ", terminal.text)

    def test_prompts_with_quiet_and_json(self):
        for words in (("-q",), ("-outputType=json",)):
            terminal = self.terminal("info", *words)
            terminal.wait_for("Database user: ")
            terminal.type(self.name)
            terminal.wait_for("Database password: ")
            terminal.type(self.password)
            self.assertEqual(terminal.finish(), 0, terminal.text)

    def test_a_password_from_elsewhere_is_not_asked_for(self):
        self.file("secret", self.password)
        terminal = self.terminal("info", "-passwordFile=secret", login=(f"-user={self.name}",))
        self.assertEqual(terminal.finish(), 0, terminal.text)
        self.assertNotIn("Database password", terminal.text)

    def test_credentials_of_a_native_url_are_not_asked_for(self):
        url = self.database.url.removeprefix("jdbc:").replace("//", f"//{self.name}:{percent(self.password)}@")
        terminal = self.terminal("info", url=url)
        self.assertEqual(terminal.finish(), 0, terminal.text)
        self.assertNotIn("Database user: ", terminal.text)

    def test_empty_answers_leave_the_credentials_of_the_url(self):
        mark = "&" if "?" in self.database.url else "?"
        name, password = self.new_account("Geheim-1")
        terminal = self.terminal("info", url=f"{self.database.url}{mark}user={name}&password={password}")
        terminal.wait_for("Database user: ")
        terminal.type("")
        terminal.wait_for("Database password: ")
        terminal.type("")
        self.assertEqual(terminal.finish(), 0, terminal.text)

    def test_never_with_n(self):
        terminal = self.terminal("-n", "info")
        terminal.finish()
        self.assertNotIn("Database user: ", terminal.text)

    def test_never_without_a_terminal_on_both_ends(self):
        for stream in ("stdin", "stdout"):
            master, slave = pty.openpty()
            self.addCleanup(os.close, master)
            run = subprocess.run(self.command("info", login=()), cwd=self.folder, env=self.environment(),
                                 timeout=PATIENCE, stdin=slave if stream == "stdout" else subprocess.DEVNULL,
                                 stdout=slave if stream == "stdin" else subprocess.PIPE, stderr=subprocess.PIPE)
            os.close(slave)
            self.assertNotIn(b"Database user: ", (run.stdout or b"") + run.stderr)

    def test_an_impossible_url_fails_before_any_prompt(self):
        terminal = self.terminal("info", url="foo")
        self.assertEqual(terminal.finish(), 1)
        self.assertIn("ERROR: No database found to handle foo", terminal.text)
        self.assertNotIn("Database user", terminal.text)

    def test_a_signal_ends_the_prompt_and_the_terminal_shows_input_again(self):
        terminal = self.terminal("info", login=(f"-user={self.name}",))
        terminal.wait_for("Database password: ")
        self.assertFalse(terminal.echoes())
        terminal.process.send_signal(signal.SIGINT)
        self.assertNotEqual(terminal.finish(), 0)
        self.assertTrue(terminal.echoes())

    def test_end_of_input_is_no_answer(self):
        terminal = self.terminal("info", url=NOBODY)
        terminal.wait_for("Database user: ")
        os.write(terminal.master, b"\x04")
        terminal.wait_for("Database password: ")
        os.write(terminal.master, b"\x04")
        self.assertEqual(terminal.finish(), 1)
        self.assertIn("for user 'null'", terminal.text)


class WithoutServer(ProgramTest):
    def test_sqlite_is_not_asked_for_credentials(self):
        terminal = Terminal(self.command("info"), cwd=self.folder)
        self.addCleanup(terminal.close)
        self.assertEqual(terminal.finish(), 0, terminal.text)
        self.assertNotIn("Database user: ", terminal.text)

    def test_closed_standard_streams_do_not_become_the_database(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
            subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", *self.command("migrate", "info")], cwd=self.folder,
                           timeout=PATIENCE, check=True, stdout=subprocess.DEVNULL)
        self.assertEqual(self.database.query("PRAGMA integrity_check"), [["ok"]])
        self.assertEqual(self.applied(), ["1"])

    def test_sources_are_shown_with_x(self):
        (self.folder / "flyway.conf").write_text("# comment\nflyway.table=t\n")
        run = self.succeeds("info", "-X")
        self.assertIn(f"DEBUG: flyway.table -> t ({self.folder}/flyway.conf line 2)\n", run.out)
        self.assertIn("(command line)\n", run.out)

    def test_bad_files_are_errors_or_harmless(self):
        conf = self.folder / "bad.conf"
        conf.write_bytes(bytes(range(256)) * 64)
        self.succeeds("info", "-configFiles=bad.conf")
        conf.write_bytes(b"flyway.table=t\0able\n")
        self.run_tool("info", "-configFiles=bad.conf")
        toml = self.folder / "bad.toml"
        for bytes_ in (bytes(range(256)) * 64, b"a = " + b"[" * 100_000, b"\0", b"[flyway]\npassword = geheim\n"):
            toml.write_bytes(bytes_)
            run = self.fails("info", "-configFiles=bad.toml")
            self.assertIn(f"Unable to load config file: {toml}", run.err)
            self.assertNotIn("geheim", run.err)
        self.fails("info", f"-configFiles={self.sql}")
        with open(self.folder / "huge.conf", "wb") as huge:
            huge.truncate(100 << 20)
        self.assertIn("larger than", self.fails("info", "-configFiles=huge.conf").err)

    def test_an_environment_of_a_toml_file(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        (self.folder / "flyway.toml").write_text(
            '[flyway]\nlocations = ["filesystem:sql"]\n[environments.default]\nurl = "jdbc:sqlite:default.db"\n'
            '[environments.dev]\nurl = "sqlite:dev.db"\n')
        for words, created in (((), "default.db"), (("-environment=dev",), "dev.db")):
            done = subprocess.run([program.tool, *words, "migrate"], cwd=self.folder, capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=PATIENCE)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue((self.folder / created).exists())


if __name__ == "__main__":
    program.main()
