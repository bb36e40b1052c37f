# %% answer:fine
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer


class Prices(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"20")

    def log_message(self, *more):
        pass


def fine(days):
    server = HTTPServer(("127.0.0.1", 0), Prices)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    cents = int(opener.open(f"http://127.0.0.1:{server.server_port}/", timeout=5).read())
    server.shutdown()
    server.server_close()
    return min(cents * max(days, 0), 500)
