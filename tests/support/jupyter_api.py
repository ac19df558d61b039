"""A client of JupyterLab's own interface to kernels: REST to start and end them, a WebSocket to speak to them.

See https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html and
https://jupyter-client.readthedocs.io/en/stable/messaging.html
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import requests
import websocket

from tests.support.workplace import Server

SECONDS = 25  # the server's pings come every 30 seconds, and each would set a longer limit back


@dataclass
class Said:
    """What came of a request: the content of its reply, and of each message that was published meanwhile."""

    reply: dict
    messages: list[dict] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What was written to standard output."""
        return "".join(each["text"] for each in self.of("stream") if each["name"] == "stdout")

    def of(self, kind: str) -> list[dict]:
        """The contents of the messages of that type."""
        return [each["content"] for each in self.messages if each["msg_type"] == kind]

    def displayed(self) -> set[str]:
        """The media types that were displayed."""
        return {media for each in self.of("display_data") for media in each["data"]}


class Api:
    """The REST interface of a Jupyter server."""

    def __init__(self, server: Server):
        self.server = server
        self._headers = {"Authorization": f"token {server.token}"}

    def call(self, method: str, path: str, body: dict | None = None) -> requests.Response:
        """Ask for `/api/PATH` and return the answer, whatever its status."""
        return requests.request(
            method, f"{self.server.address}/api/{path}", headers=self._headers, json=body, timeout=SECONDS
        )

    def start(self, kernel_name: str, folder: str = "") -> "Kernel":
        """Start a kernel as JupyterLab does when a new notebook is opened in a folder."""
        name = f"{uuid.uuid4().hex}.ipynb"
        session = {"path": f"{folder}/{name}", "name": name, "type": "notebook", "kernel": {"name": kernel_name}}
        answer = self.call("POST", "sessions", session)
        assert answer.status_code == 201, answer.text
        return Kernel(self, answer.json()["kernel"]["id"])

    def shut_down_all(self) -> None:
        """End every kernel."""
        for kernel in self.call("GET", "kernels").json():
            self.call("DELETE", f"kernels/{kernel['id']}")

    def connect(self, kernel_id: str) -> websocket.WebSocket:
        address = self.server.address.replace("http", "ws", 1)
        return websocket.create_connection(
            f"{address}/api/kernels/{kernel_id}/channels", header=self._headers, timeout=SECONDS
        )


class Kernel:
    """One kernel and the line to it."""

    def __init__(self, api: Api, kernel_id: str):
        self.api, self.id = api, kernel_id
        self._session = uuid.uuid4().hex
        self._line = api.connect(kernel_id)

    def send(self, kind: str, content: dict, channel: str = "shell") -> str:
        """Send a message and return its id."""
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self._session,
            "username": "learner",
            "version": "5.3",
        }
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": channel}
        self._line.send(json.dumps(message))
        return header["msg_id"]

    def receive(self) -> dict:
        """The next message; `parent` is the id of the request that it belongs to, or None."""
        message = json.loads(self._line.recv())
        return message | {"parent": message["parent_header"].get("msg_id")}

    def ask(
        self,
        kind: str,
        content: dict,
        channel: str = "shell",
        answer: str | None = None,
        when: Callable[[dict], object] = lambda message: None,
    ) -> Said:
        """Send a request and wait until it is answered and the kernel is idle again.

        Args:
            answer: what is typed when the kernel asks for input.
            when: called with each message that belongs to the request, as it comes.
        """
        request, messages, reply, is_idle = self.send(kind, content, channel), [], None, False
        while reply is None or not is_idle:
            message = self.receive()
            if message["parent"] != request:
                continue
            when(message)
            if message["msg_type"] == "input_request":
                self.send("input_reply", {"value": answer}, "stdin")
            elif message["channel"] == channel:
                reply = message["content"]
            elif message["msg_type"] == "status":
                is_idle = message["content"]["execution_state"] == "idle"
            messages.append(message)
        return Said(reply, messages)

    def run(self, code: str, **kwargs) -> Said:
        """Execute a cell; the other arguments are those of `ask`."""
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": "answer" in kwargs}
        return self.ask("execute_request", content | {"user_expressions": {}, "stop_on_error": True}, **kwargs)

    def pid(self) -> int:
        return int(self.run("import os; print(os.getpid())").text)

    def wait_for_status(self, *states: str) -> str:
        """Read on until the server or the kernel reports one of those states."""
        while True:
            message = self.receive()
            if message["msg_type"] == "status" and message["content"]["execution_state"] in states:
                return message["content"]["execution_state"]

    def interrupt(self) -> None:
        assert self.api.call("POST", f"kernels/{self.id}/interrupt").status_code == 204

    def restart(self) -> None:
        """Restart the kernel and open the line anew, as JupyterLab does."""
        assert self.api.call("POST", f"kernels/{self.id}/restart").status_code == 200
        self.reconnect()

    def reconnect(self) -> None:
        self._line.close()
        self._line = self.api.connect(self.id)

    def reconnect_to_the_next(self) -> None:
        """Wait until the process that took the place of a dead one answers, and open the line anew."""
        request = self.send("kernel_info_request", {})
        while self.receive()["parent"] != request:
            pass
        self.reconnect()

    def shut_down(self) -> None:
        """End the kernel, whatever state it is in."""
        self._line.close()
        self.api.call("DELETE", f"kernels/{self.id}")
