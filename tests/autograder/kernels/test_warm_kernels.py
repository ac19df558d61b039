"""Warm kernels behave as ordinary ones do: real kernels, driven through jupyter_client."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager

from autograder.kernels import provisioner, spec

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forking is only safe on Linux")


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    """A spec manager that knows the kernel, installed into a folder of the test's own."""
    prefix = tmp_path_factory.mktemp("prefix")
    folder = spec.install(prefix)
    return KernelSpecManager(kernel_dirs=[str(folder.parent)])


@pytest.fixture
def kernel(kernels, tmp_path, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # ipykernel leaves compiled code's output alone if it sees this
    manager = KernelManager(kernel_name=spec.NAME, kernel_spec_manager=kernels)
    manager.start_kernel(cwd=str(tmp_path), extra_arguments=["--log-level=ERROR"])
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client, code: str, **kwargs) -> list[dict]:
    """Run code and return what it sent: the contents of its iopub messages, with their types."""
    said = []

    def keep(message):
        said.append({"type": message["msg_type"], **message["content"]})

    client.execute_interactive(code, timeout=60, output_hook=keep, **kwargs)
    return said


def text(said: list[dict]) -> str:
    return "".join(each["text"] for each in said if each["type"] == "stream" and each["name"] == "stdout")


def forked(manager) -> provisioner.ForkedKernel:
    process = manager.provisioner.process
    assert isinstance(process, provisioner.ForkedKernel)
    return process


def test_the_libraries_are_there_before_the_first_line(kernel):
    manager, client = kernel
    forked(manager)
    assert text(run(client, "import sys; print({'keras', 'tensorflow', 'pandas'} <= set(sys.modules))")) == "True\n"


def test_it_listens_as_soon_as_it_has_started(kernels, tmp_path):
    """Jupyter connects then, and who is refused tries again only after a tenth of a second."""
    manager = KernelManager(kernel_name=spec.NAME, kernel_spec_manager=kernels)
    manager.start_kernel(cwd=str(tmp_path), extra_arguments=["--log-level=ERROR"])
    try:
        for port in (manager.shell_port, manager.iopub_port, manager.control_port, manager.hb_port):
            socket.create_connection((manager.ip, port), timeout=1).close()
    finally:
        manager.shutdown_kernel(now=True)


def test_it_works_in_its_own_folder_with_its_own_environment(kernel, tmp_path):
    _, client = kernel
    assert text(run(client, "import os; print(os.getcwd())")) == f"{tmp_path}\n"
    assert text(run(client, "print(os.environ['PATH'])")) == f"{os.environ['PATH']}\n"
    (tmp_path / "mine.py").write_text("value = 7")
    assert text(run(client, "import mine; print(mine.value)")) == "7\n"


def test_figures_are_drawn_inline(kernel):
    _, client = kernel
    said = run(client, "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()")
    assert any("image/png" in each.get("data", {}) for each in said)
    again = run(client, "%matplotlib inline\nplt.plot([2, 1])")
    assert any("image/png" in each.get("data", {}) for each in again)


def test_tensorflow_computes(kernel):
    _, client = kernel
    said = run(client, "import keras; print(float(keras.ops.sum(keras.ops.ones((3, 4)))))")
    assert text(said) == "12.0\n"


def test_programs_and_shell_lines_run(kernel):
    _, client = kernel
    assert "from the shell" in text(run(client, "!echo from the shell"))
    said = run(client, "import subprocess; print(subprocess.run(['echo', 'hi'], capture_output=True).stdout)")
    assert "hi" in text(said)


def test_what_compiled_code_writes_is_shown(kernel):
    _, client = kernel
    said = run(client, "import os, time; os.write(1, b'raw output\\n'); time.sleep(0.5)")
    assert "raw output" in text(said)


def test_input_is_asked_for_and_answered(kernel):
    _, client = kernel
    said = run(client, "print('hello', input('name? '))", stdin_hook=lambda _: client.input("Ada"), allow_stdin=True)
    assert "hello Ada" in text(said)


def test_a_comm_opens_and_speaks(kernel):
    _, client = kernel
    said = run(client, "from ipykernel.comm import Comm; Comm(target_name='t', data={'x': 1}).send({'y': 2})")
    kinds = [each["type"] for each in said]
    assert "comm_open" in kinds
    assert "comm_msg" in kinds


def test_interrupting_ends_the_cell_and_not_the_kernel(kernel):
    manager, client = kernel
    client.execute("import time\nprint('started', flush=True)\nwhile True:\n    time.sleep(0.01)", stop_on_error=False)
    while True:
        if "started" in client.get_iopub_msg(timeout=30)["content"].get("text", ""):
            break
    manager.interrupt_kernel()
    assert client.get_shell_msg(timeout=30)["content"]["ename"] == "KeyboardInterrupt"
    assert text(run(client, "print('still here')")) == "still here\n"


def test_restarting_gives_a_fresh_process(kernel):
    manager, client = kernel
    run(client, "x = 1")
    before = forked(manager).pid
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=60)
    assert forked(manager).pid != before
    said = run(client, "print('x' in globals())")
    assert text(said) == "False\n"


def test_shutting_down_leaves_no_process(kernel):
    manager, client = kernel
    pid = forked(manager).pid
    helper = int(text(run(client, "import subprocess; print(subprocess.Popen(['sleep', '600']).pid)")))
    manager.shutdown_kernel(now=True)
    assert gone(pid)
    assert gone(helper)


def test_a_kernel_that_dies_is_seen_as_dead(kernel):
    manager, client = kernel
    client.execute("import os; os._exit(3)")
    deadline = time.monotonic() + 20
    while manager.is_alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not manager.is_alive()


def test_a_dead_warm_process_is_replaced_without_an_error(kernels, kernel, tmp_path):
    manager, client = kernel
    kernel_pid = forked(manager).pid
    warm = int(Path(f"/proc/{kernel_pid}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(warm, signal.SIGKILL)
    assert text(run(client, "print('goes on')")) == "goes on\n"
    other = KernelManager(kernel_name=spec.NAME, kernel_spec_manager=kernels)
    other.start_kernel(cwd=str(tmp_path))
    try:
        assert forked(other).pid != kernel_pid
        assert other.is_alive()
    finally:
        other.shutdown_kernel(now=True)


def test_where_forking_is_not_possible_the_kernel_starts_the_ordinary_way(kernels, tmp_path, monkeypatch):
    monkeypatch.setattr(provisioner, "can_fork", lambda cmd: False)
    manager = KernelManager(kernel_name=spec.NAME, kernel_spec_manager=kernels)
    manager.start_kernel(cwd=str(tmp_path))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        assert not isinstance(manager.provisioner.process, provisioner.ForkedKernel)
        assert text(run(client, "print(1 + 1)")) == "2\n"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
