"""What the service must not be: a server that builds its SQL out of what it is sent. The attack tool has to find it, or its silence means nothing.

control.py PORT
"""

import http.server
import json
import sqlite3
import sys


class Injectable(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        base = sqlite3.connect(":memory:")
        base.execute("create table team (code text)")
        base.execute("insert into team values ('a')")
        try:
            rows = base.execute(f"select code from team where code = '{sent['code']}'").fetchall()
            status, body = 200, json.dumps({"items": rows})
        except sqlite3.Error:
            status, body = 500, json.dumps({"code": "service.fault"})
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *words):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Injectable).serve_forever()
