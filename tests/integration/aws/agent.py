"""Stands in for the agent of Systems Manager on the host, as far as a document of ours needs it, and for what the service
itself checks before a command reaches it.

As the real one does, it writes the script of the step into a folder of its own and runs it there with /bin/sh, without a
terminal and with a service's bare environment; parameters arrive as variables SSM_NAME; exit code 0 is Success and any
other Failed; at the time limit the process group is killed; and what the API keeps of the output is cut.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import threading

from botocore.exceptions import ClientError

WORKERS = 5    # commands that the agent runs at the same time
OUTPUT_KEPT, ERROR_KEPT = 24000, 8000    # characters, by get_command_invocation
PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")


def check_parameters(document, given):
    """What the service refuses when a command is sent. Returns the values with the defaults."""
    def refuse(text):
        raise ClientError({"Error": {"Code": "InvalidParameters", "Message": text}}, "SendCommand")

    declared = document["parameters"]
    if unknown := set(given) - set(declared):
        refuse(f"the document has no parameter {sorted(unknown)}")
    values = {}
    for name, rules in declared.items():
        if name not in given and "default" not in rules:
            refuse(f"parameter {name} is missing")
        value = given[name][0] if name in given else rules["default"]
        if "allowedPattern" in rules and not re.search(rules["allowedPattern"], value):
            refuse(f"parameter {name} does not match {rules['allowedPattern']}")
        if "allowedValues" in rules and value not in rules["allowedValues"]:
            refuse(f"parameter {name} is none of {rules['allowedValues']}")
        values[name] = value
    return values


class Result:
    def __init__(self, parameters, status, code, out, err):
        self.parameters, self.status, self.code, self.whole_err = parameters, status, code, err
        self.out, self.err = cut(out, OUTPUT_KEPT), cut(err, ERROR_KEPT)

    def __repr__(self):
        return f"{self.status} ({self.code}) {self.parameters}\n--- stdout\n{self.out}--- stderr\n{self.err}---"


def cut(text, size):
    mark = "\n--output truncated--"
    return text if len(text) <= size else text[:size - len(mark)] + mark


class Agent:
    def __init__(self, environment, *, knows_variables=True):
        """`environment` is added to that of the service. Agents before 3.3.2746.0 know no variables: they fill in text."""
        self.environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
                            **environment}
        self.knows_variables = knows_variables
        self.taken, self.lock = set(), threading.Lock()

    def run_pending(self, ssm):
        """Runs all commands that nobody took yet, side by side, and returns their results in the order of sending."""
        with self.lock:
            commands = [command for command in ssm.list_commands()["Commands"] if command["CommandId"] not in self.taken]
            self.taken |= {command["CommandId"] for command in commands}
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            return list(pool.map(lambda command: self.run(ssm, command), commands))

    def run(self, ssm, command):
        document = json.loads(ssm.get_document(Name=command["DocumentName"])["Content"])
        return self.run_document(document, command["Parameters"])

    def run_document(self, document, given):
        values = check_parameters(document, given)
        variables = {name for name, rules in document["parameters"].items()
                     if rules.get("interpolationType") == "ENV_VAR" and self.knows_variables}

        def fill(text):
            return PLACEHOLDER.sub(lambda m: f"$SSM_{m[1]}" if m[1] in variables else values[m[1]], text)

        inputs = document["mainSteps"][0]["inputs"]
        return self.run_script("\n".join(map(fill, inputs["runCommand"])), float(fill(str(inputs["timeoutSeconds"]))),
                               {f"SSM_{name}": values[name] for name in variables}, values)

    def run_script(self, text, time_limit, variables, parameters):
        with tempfile.TemporaryDirectory(prefix="ssm-") as folder:
            script = pathlib.Path(folder) / "_script.sh"
            script.write_text(text + "\n", encoding="utf-8")
            process = subprocess.Popen(["/bin/sh", script.name], cwd=folder, env={**self.environment, **variables},
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                       start_new_session=True)
            try:
                out, err = process.communicate(timeout=time_limit)
                status = "Success" if process.returncode == 0 else "Failed"
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                out, err = process.communicate()
                status = "TimedOut"
        return Result(parameters, status, process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))
