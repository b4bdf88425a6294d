"""Calls no well-behaved client makes, over plain sockets: one line for each, 'ok' or 'FAILED'. Ends with 1 when one failed.

checks.py HOST PORT TOKEN
"""

import gzip
import re
import socket
import sys
import time

HOST, PORT, TOKEN = sys.argv[1], int(sys.argv[2]), sys.argv[3]
failures = 0


def talk(raw, patience=5.0):
    """All that comes back until the server hangs up or says nothing more."""
    answer = b""
    with socket.create_connection((HOST, PORT), timeout=patience) as connection:
        try:
            connection.sendall(raw)
            connection.settimeout(1.5)
            while part := connection.recv(65536):
                answer += part
        except (socket.timeout, ConnectionError):
            pass
    return answer.decode("utf-8", "replace")


def call(line, *headers, body=b"", host=None):
    head = [line, f"Host: {host or HOST}", "Connection: close", *headers]
    if body:
        head.append(f"Content-Length: {len(body)}")
    return talk("\r\n".join(head).encode() + b"\r\n\r\n" + body)


def status(answer):
    found = re.match(r"HTTP/1\.[01] (\d+)", answer)
    return int(found[1]) if found else 0


def check(what, good, seen=""):
    global failures
    failures += not good
    print(("ok      " if good else "FAILED  ") + what + ("" if good else f"  [{seen[:200]!r}]"))


def says(what, answer, *expected):
    check(f"{what}: {status(answer)}", status(answer) in expected and not leaks(answer), answer)


def leaks(answer):
    return re.search(r"   at [A-Z]\w+\.|Exception|SqliteE|Npgsql|/src/|\.cs:line|select .* from ", answer)


BEARER = "Authorization: Bearer " + TOKEN
JSON = "Content-Type: application/json"
KEY = "Idempotency-Key: check"

# -- One request or two: what the service and a proxy before it could read differently
smuggled = "GET /v1/skills HTTP/1.1\r\nHost: x\r\n\r\n"
for name, headers in {
    "Content-Length twice": "Content-Length: 3\r\nContent-Length: 5",
    "Content-Length with a sign": "Content-Length: +3",
    "Transfer-Encoding with another name": "Transfer-Encoding: xchunked",
    "Transfer-Encoding twice": "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "a header folded over two lines": "X-Fold: a\r\n b",
    "a space before the colon": "Transfer-Encoding : chunked",
    "a NUL in a header": "X-Nul: a\0b",
}.items():
    says(name, talk(f"POST /v1/sessions HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n".encode() + b"0\r\n\r\n"), 400, 411, 413, 415, 501)
answer = talk(f"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}".encode())
check("length and chunks together: the connection is not used again", answer.count("HTTP/1.1 ") <= 1, answer)
says("bare line feeds", talk(b"GET /v1/skills HTTP/1.1\nHost: x\n\n"), 400)
says("no Host", talk(b"GET /v1/skills HTTP/1.1\r\n\r\n"), 400)
says("two Hosts", talk(b"GET /v1/skills HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400)
says("a version nobody speaks", talk(b"GET / HTTP/9.9\r\nHost: x\r\n\r\n"), 400, 505)
says("no HTTP at all", talk(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"), 400)

# -- Methods
for method in ("TRACE", "CONNECT", "PROPFIND", "DELETE", "get", "X" * 40):
    says(f"{method[:10]} on /v1/requests", call(f"{method} /v1/requests HTTP/1.1", BEARER), 400, 405, 501)
says("an overriding method is not read", call("GET /v1/requests?page_size=1 HTTP/1.1", BEARER, "X-HTTP-Method-Override: DELETE"), 200)

# -- Sizes
says("an address of 9 kB", call(f"GET /v1/requests?sort={'a' * 9000} HTTP/1.1", BEARER), 414)
says("an address of 40 kB", call(f"GET /v1/requests?sort={'a' * 40000} HTTP/1.1", BEARER), 414)
says("100,000 query parameters", call("GET /v1/requests?" + "&".join(f"p{n}=1" for n in range(100000)) + " HTTP/1.1", BEARER), 414)
says("headers of 40 kB", call("GET /v1/skills HTTP/1.1", *[f"X-{n}: {'a' * 4000}" for n in range(10)]), 431)
says("headers of 80 kB", call("GET /v1/skills HTTP/1.1", *[f"X-{n}: {'a' * 8000}" for n in range(10)]), 431)
says("200 headers", call("GET /v1/skills HTTP/1.1", *[f"X-{n}: a" for n in range(200)]), 431)
says("a body of 2 MB", call("POST /v1/requests HTTP/1.1", BEARER, JSON, KEY, body=b'{"text":"' + b"a" * 2_000_000 + b'"}'), 413)
says("a body said to be 2 GB", talk(f"POST /v1/requests HTTP/1.1\r\nHost: x\r\n{BEARER}\r\n{JSON}\r\n{KEY}\r\nContent-Length: 2147483648\r\n\r\n".encode()), 413)
began = time.monotonic()
says("JSON 200,000 levels deep", call("POST /v1/requests HTTP/1.1", BEARER, JSON, KEY, body=b"[" * 200_000), 400)
check("and that at once", time.monotonic() - began < 3)
bomb = gzip.compress(b'{"text":"' + b"a" * 50_000_000 + b'"}')
says("a compressed body is not opened", call("POST /v1/requests HTTP/1.1", BEARER, JSON, KEY, "Content-Encoding: gzip", body=bomb), 400, 415)
says("10,000 parts", call("POST /v1/requests HTTP/1.1", BEARER, KEY, "Content-Type: multipart/form-data; boundary=b", body=b"--b\r\n\r\n\r\n" * 10000 + b"--b--"), 415)

# -- Paths
for path in (
    "/docs/..%2f..%2fappsettings.json",
    "/docs/../../../../etc/passwd",
    "/docs/%2e%2e/%2e%2e/etc/passwd",
    "/docs/....//appsettings.json",
    "/docs/%00",
    "/v1/track/%0d%0aSet-Cookie:%20a=b",
    "/v1/track/..%2f..%2fmetrics",
    "/v1//requests",
    "/v1/requests/%ff%fe",
    "/v1/requests;x=1",
):
    answer = call(f"GET {path} HTTP/1.1")
    says(path, answer, 400, 401, 404, 405, 301)
    check(f"{path}: nothing of it in the headers", "set-cookie" not in answer.split("\r\n\r\n")[0].lower(), answer)

# -- Words of the caller in the answer
answer = call("POST /v1/requests HTTP/1.1", BEARER, JSON, KEY, body=b"{}", host="evil.example")
check("a foreign Host is not said again", "evil.example" not in answer, answer)
answer = call("GET /v1/skills HTTP/1.1", "X-Forwarded-For: 10.1.1.1", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https")
check("forwarding headers of a stranger are not read", "strict-transport" not in answer.lower() and "evil.example" not in answer, answer)
answer = call("GET /v1/skills HTTP/1.1", "X-Request-Id: a%0d%0ab", "Origin: null")
check("an unfit request id is not repeated", "a%0d%0ab" not in answer, answer)
check("no page of origin null", "access-control-allow-origin" not in answer.lower(), answer)
says("a token in the address is none", call(f"GET /v1/requests?access_token={TOKEN} HTTP/1.1"), 401)
says("a token in a cookie is none", call("GET /v1/requests HTTP/1.1", f"Cookie: access_token={TOKEN}"), 401)

# -- Headers of every answer
for path, method in (("/v1/skills", "GET"), ("/v1/nothing", "GET"), ("/v1/requests", "GET"), ("/v1/skills", "DELETE"), ("/docs/index.html", "GET")):
    answer = call(f"{method} {path} HTTP/1.1").split("\r\n\r\n")[0].lower()
    missing = [
        name
        for name in ("x-content-type-options: nosniff", "content-security-policy: default-src 'none'", "frame-ancestors 'none'", "referrer-policy: no-referrer")
        if name not in answer
    ]
    check(f"headers of {method} {path}", not missing and "\r\nserver:" not in answer and "x-powered-by" not in answer, str(missing))

print(f"{failures} failed")
sys.exit(failures > 0)
