"""Kernels behind JupyterLab's own interface: each of these holds for the warm kernel as for an ordinary one."""

import contextlib
import json
import os
import re
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.support.jupyter_api import Api, Kernel
from tests.support.workplace import DEEPDAYS, wait_until, workplace

WARM, ORDINARY = "deepdays", "ordinary"


@pytest.fixture(scope="module")
def api(place, lab) -> Api:
    """The interface of the JupyterLab that `make lab` starts, which knows an ordinary kernel too."""
    place.install_ordinary_kernel(ORDINARY)
    (place.project / "my_days" / "week").mkdir()
    return Api(lab)


@pytest.fixture(scope="module", params=[WARM, ORDINARY])
def kernel(api, request):
    """One kernel for the tests that leave it as it was."""
    with started(api, request.param) as running:
        yield running


@pytest.fixture(params=[WARM, ORDINARY])
def own_kernel(api, request):
    """A kernel for one test that ends it."""
    with started(api, request.param) as running:
        yield running


@contextlib.contextmanager
def started(api: Api, name: str, folder: str = "week"):
    running = api.start(name, folder)
    try:
        yield running
    finally:
        running.shut_down()


def test_the_warm_process_starts_with_jupyterlab():
    """So that even the day's first kernel need not wait for it; it is the one kernel that is offered."""
    with workplace() as place, place.serving(DEEPDAYS, "lab", "--", cwd=place.project) as server:
        assert wait_until(lambda: list(place.runtime.glob("deepdays/lab-*.sock")), seconds=60)
        with started(Api(server), "python3", "") as running:
            assert running.run("print('here')").text == "here\n"
        offered = Api(server).call("GET", "kernelspecs").json()["kernelspecs"]
        assert [each["spec"]["display_name"] for each in offered.values()] == ["Deep Days (warm)"]
        assert len(list(place.runtime.glob("deepdays/lab-*.sock"))) == 1


def test_the_kernel_of_a_notebook_is_the_warm_one(api):
    """Notebooks ask for `python3`, which `make lab` makes the warm one; there `import keras` has nothing to load."""
    specs = api.call("GET", "kernelspecs").json()["kernelspecs"]
    assert specs["python3"]["spec"] == specs[WARM]["spec"]
    with started(api, "python3") as running:
        assert running.run("import sys; print('keras' in sys.modules)").text == "True\n"
    with started(api, ORDINARY) as running:
        assert running.run("import sys; print('keras' in sys.modules)").text == "False\n"


def test_it_counts_its_cells_and_shows_a_value(kernel):
    first, second = kernel.run("6 * 7"), kernel.run("_ + 1")
    assert first.of("execute_result")[0]["data"]["text/plain"] == "42"
    assert second.of("execute_result")[0]["data"]["text/plain"] == "43"
    assert second.reply["execution_count"] == first.reply["execution_count"] + 1


def test_an_error_names_the_line(kernel):
    said = kernel.run("def divide(x):\n    return x / 0\n\ndivide(1)")
    assert said.reply["ename"] == "ZeroDivisionError"
    assert "----> 2" in re.sub(r"\x1b\[[0-9;]*m", "", "".join(said.of("error")[0]["traceback"]))


def test_names_are_completed_and_explained(kernel):
    kernel.run("import numpy as np")
    completed = kernel.ask("complete_request", {"code": "np.linsp", "cursor_pos": 8}).reply
    assert "linspace" in "".join(completed["matches"])
    explained = kernel.ask("inspect_request", {"code": "np.linspace", "cursor_pos": 11, "detail_level": 0}).reply
    assert "evenly spaced" in explained["data"]["text/plain"]


def test_it_works_in_the_folder_of_the_notebook(kernel, place):
    folder = place.project / "my_days" / "week"
    said = kernel.run("from pathlib import Path; print(Path.cwd()); open('note.txt', 'w').write('mine'); !cat note.txt")
    assert kernel.run("import os; print(os.getcwd())").text == f"{folder}\n", said
    kernel.run("%%writefile helper.py\nvalue = 7")
    assert kernel.run("import helper; print(helper.value)").text == "7\n"
    assert (folder / "helper.py").read_text() == "value = 7\n"


def test_programs_run_and_their_output_is_shown(kernel):
    assert "folder: week" in kernel.run("!echo folder: $(basename $PWD)").text
    assert "deepdays" in kernel.run("!which deepdays").text, "the course's own command is on the path"
    said = kernel.run("%%bash\nread line <<< 'from bash'; echo $line")
    assert "from bash" in said.text
    said = kernel.run("import subprocess, sys; print(subprocess.check_output([sys.executable, '-c', 'print(1 + 1)']))")
    assert said.text == "b'2\\n'\n"


def test_a_pool_of_processes_computes_what_the_notebook_defines(kernel):
    kernel.run("def square(x):\n    return x * x")
    said = kernel.run(
        "import multiprocessing\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    print(pool.map(square, range(5)))"
    )
    assert said.text == "[0, 1, 4, 9, 16]\n"


def test_what_the_notebook_defines_can_be_pickled(kernel):
    kernel.run("class Point:\n    x = 3")
    assert kernel.run("import pickle; print(pickle.loads(pickle.dumps(Point())).x)").text == "3\n"


def test_threads_and_awaiting_work(kernel):
    said = kernel.run(
        "import asyncio, threading\n"
        "thread = threading.Thread(target=print, args=['from a thread'])\n"
        "thread.start(); thread.join()\n"
        "await asyncio.sleep(0)\nprint('awaited')"
    )
    assert said.text == "from a thread\nawaited\n"


def test_input_is_asked_for_and_answered(kernel):
    said = kernel.run("name = input('Your name? '); print('hello', name)", answer="Ada")
    assert said.of("input_request") == [{"prompt": "Your name? ", "password": False}]
    assert said.text == "hello Ada\n"
    said = kernel.run("import getpass; print(len(getpass.getpass('Secret: ')))", answer="12345")
    assert said.of("input_request") == [{"prompt": "Secret: ", "password": True}]
    assert said.text == "5\n"


def test_a_widget_is_shown_and_follows_its_slider(kernel):
    said = kernel.run(
        "import ipywidgets\n"
        "slider = ipywidgets.IntSlider(value=3)\n"
        "slider.observe(lambda change: print('now', change['new']), names='value')\n"
        "display(slider)"
    )
    assert "application/vnd.jupyter.widget-view+json" in said.displayed()
    view = next(each for each in said.of("display_data"))["data"]["application/vnd.jupyter.widget-view+json"]
    opened = {each["comm_id"]: each for each in said.of("comm_open")}
    assert opened[view["model_id"]]["data"]["state"]["value"] == 3
    kernel.send("comm_msg", {"comm_id": view["model_id"], "data": {"method": "update", "state": {"value": 8}}})
    assert kernel.run("print(slider.value)").text == "8\n"


def test_figures_are_shown_in_the_format_asked_for(kernel):
    plotting = "import matplotlib.pyplot as plt\nplt.plot([1, 2, 4])\nplt.show()"
    assert "image/png" in kernel.run(f"%matplotlib inline\n{plotting}").displayed()
    assert "image/svg+xml" in kernel.run(f"%config InlineBackend.figure_formats = ['svg']\n{plotting}").displayed()
    shown = kernel.run("%config InlineBackend.figure_formats = ['png']\nplt.plot([4, 2, 1]);").displayed()
    assert "image/png" in shown, "a figure left open is shown at the end of its cell"


def test_a_breakpoint_stops_the_cell(kernel):
    """What JupyterLab's debugger sends, in its order; see https://microsoft.github.io/debug-adapter-protocol"""
    debugger = Debugger(kernel)
    debugger.ask("initialize", clientID="t", clientName="t", adapterID="", pathFormat="path", linesStartAt1=True)
    debugger.ask("attach")
    code = "total = 0\nfor i in range(3):\n    total += i\nprint('total', total)"
    path = debugger.ask("dumpCell", code=code)["sourcePath"]
    placed = debugger.ask("setBreakpoints", source={"path": path}, breakpoints=[{"line": 4}], sourceModified=False)
    assert placed["breakpoints"][0]["verified"]
    debugger.ask("configurationDone")
    assert debugger.run_to_the_breakpoint(code, show="total") == ("3", "total 3\n")
    debugger.ask("disconnect", restart=False, terminateDebuggee=False)


class Debugger:
    """What a debugger says to a kernel, on the control channel."""

    def __init__(self, kernel: Kernel):
        self._kernel, self._count = kernel, 0

    def _request(self, command: str, arguments: dict) -> dict:
        self._count += 1
        return {"type": "request", "seq": self._count, "command": command, "arguments": arguments}

    def ask(self, command: str, **arguments) -> dict:
        reply = self._kernel.ask("debug_request", self._request(command, arguments), channel="control").reply
        assert reply.get("success"), reply
        return reply.get("body", {})

    def run_to_the_breakpoint(self, code: str, show: str) -> tuple[str, str]:
        """Execute a cell, evaluate an expression where it stops, and let it go on; returns the value and the output."""
        cell = self._kernel.send("execute_request", {"code": code, "silent": False, "allow_stdin": False})
        value, text = "", ""
        while True:
            message = self._kernel.receive()
            content = message["content"]
            if message["msg_type"] == "debug_event" and content["event"] == "stopped":
                thread = content["body"]["threadId"]
                frames = self.ask("stackTrace", threadId=thread)["stackFrames"]
                value = self.ask("evaluate", expression=show, frameId=frames[0]["id"], context="repl")["result"]
                self._kernel.send("debug_request", self._request("continue", {"threadId": thread}), "control")
            elif message["parent"] == cell and message["msg_type"] == "stream":
                text += content["text"]
            elif message["parent"] == cell and message["msg_type"] == "execute_reply":
                return value, text


def test_its_environment_is_that_of_an_ordinary_kernel(api):
    listing = "import json, os; print(json.dumps(dict(os.environ)))"
    environments = []
    for name in (WARM, ORDINARY):
        with started(api, name) as running:
            environments.append(json.loads(running.run(listing).text))
    warm, ordinary = environments
    own = {"JPY_PARENT_PID", "JPY_SESSION_NAME", "JPY_IPYKERNEL_PID"}  # who started it, and for which notebook
    differing = {name for name in warm.keys() | ordinary.keys() if warm.get(name) != ordinary.get(name)}
    assert differing <= own


@pytest.mark.parametrize(
    "waiting",
    [
        "print('started', flush=True)\nwhile True: pass",
        "import time; print('started', flush=True); time.sleep(600)",
        "import subprocess; print('started', flush=True); subprocess.run(['sleep', '600'])",
        "!echo started; sleep 600",  # the program says it: an interrupt between fork and exec is lost in any kernel
    ],
)
def test_interrupting_ends_the_cell_and_not_the_kernel(kernel, waiting):
    kernel.run("kept = 5")

    def interrupt(message):
        if "started" in message["content"].get("text", ""):
            threading.Timer(0.3, kernel.interrupt).start()

    kernel.run(waiting, when=interrupt)
    assert kernel.run("print(kept)").text == "5\n"


def test_restarting_gives_a_fresh_process_to_the_same_notebook(own_kernel):
    before = own_kernel.pid()
    own_kernel.run("lost = 1")
    own_kernel.restart()
    assert own_kernel.pid() != before
    assert own_kernel.run("print('lost' in globals())").text == "False\n"
    assert has_ended(before)


def test_restarting_while_a_cell_runs(own_kernel):
    before = own_kernel.pid()
    own_kernel.send("execute_request", {"code": "while True: pass", "silent": False})
    own_kernel.wait_for_status("busy")
    own_kernel.restart()
    assert own_kernel.pid() != before


def test_the_successor_of_a_busy_kernel_is_not_taken_for_busy(api):
    """Else the server would not wait until it hears the new kernel, and what the first cell prints could be lost."""
    with started(api, WARM) as running:
        running.send("execute_request", {"code": "while True: pass", "silent": False})
        running.wait_for_status("busy")
        assert wait_until(
            lambda: api.call("GET", f"kernels/{running.id}").json()["execution_state"] == "busy", seconds=5
        )
        running.restart()
        assert api.call("GET", f"kernels/{running.id}").json()["execution_state"] != "busy"


def test_shutting_down_leaves_no_process(api, own_kernel):
    pid = own_kernel.pid()
    helper = int(own_kernel.run("import subprocess; print(subprocess.Popen(['sleep', '600']).pid)").text)
    assert api.call("DELETE", f"kernels/{own_kernel.id}").status_code == 204
    assert api.call("GET", f"kernels/{own_kernel.id}").status_code == 404
    assert has_ended(pid)
    assert has_ended(helper)


def test_a_killed_kernel_is_seen_as_dead(api, own_kernel):
    """The first time Jupyter starts another; `lab` lets it do so once, and the next death is for good."""
    first = own_kernel.pid()
    os.kill(first, signal.SIGKILL)
    own_kernel.wait_for_status("restarting")
    own_kernel.reconnect_to_the_next()
    second = own_kernel.pid()
    assert second != first
    os.kill(second, signal.SIGKILL)
    own_kernel.wait_for_status("dead")
    assert api.call("GET", f"kernels/{own_kernel.id}").status_code == 404


def test_jupyterlab_answers_while_the_warm_process_starts(api, place):
    """The first kernel of a session waits for it; the rest of JupyterLab does not."""
    place.retire_warm_processes()
    folder = place.runtime / "deepdays"
    assert wait_until(lambda: not list(folder.glob("lab-*.sock")), seconds=20)
    for log in folder.glob("lab-*.log"):
        log.unlink()
    with ThreadPoolExecutor() as pool:
        starting = pool.submit(api.start, WARM)
        assert wait_until(lambda: list(folder.glob("lab-*.log")), seconds=20)
        assert api.call("GET", "status").status_code == 200
        is_warm = list(folder.glob("lab-*.sock"))
        starting.result().shut_down()
    assert not is_warm


def has_ended(pid: int) -> bool:
    def ended() -> bool:
        return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE

    return wait_until(ended, seconds=10)
