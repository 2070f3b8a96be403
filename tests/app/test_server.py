"""Starting the server, without Gradio."""

import os
import socket
import subprocess
import sys

from real_caffe import PROJECT

SLOW = """
import http.server, sys, threading, time, types
class Page:
    def close(self, verbose): pass
def launch(limits, jobs, folder, host, port):
    def listen():
        time.sleep(1)
        http.server.HTTPServer((host, port), http.server.SimpleHTTPRequestHandler).serve_forever()
    threading.Thread(target=listen, daemon=True).start()
    return Page()
sys.modules["twostream.app.page"] = types.SimpleNamespace(launch=launch)
from twostream.app.server import serve
serve(None, port=int(sys.argv[1]))
"""


def test_the_address_is_printed_once_the_server_answers():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-c", SLOW, str(port)]
    path = os.pathsep.join([str(PROJECT / "python"), os.environ.get("PYTHONPATH", "")])
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, env=dict(os.environ, PYTHONPATH=path), **pipes) as process:
        try:
            said = process.stdout.readline()
            socket.create_connection(("127.0.0.1", port), 10).close()
        finally:
            process.kill()
    assert said == f"Open http://127.0.0.1:{port} in a browser. Ctrl-C ends it.\n"
