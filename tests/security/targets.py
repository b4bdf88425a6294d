"""Writes one request file for sqlmap for every operation of the contract that takes a parameter or a body.

targets.py CONTRACT EXAMPLES URL TOKENS OUT

Every value of path and query carries sqlmap's mark; the members of a JSON body sqlmap marks itself. Bodies are the examples of the contract, with the
identifiers of objects that are there. Prints how many operations and parameters there are.
"""

import json
import pathlib
import re
import sys
import urllib.parse
import urllib.request

CONTRACT, EXAMPLES, URL, TOKENS, OUT = sys.argv[1:6]
contract = json.loads(pathlib.Path(CONTRACT).read_text())
tokens = json.loads(pathlib.Path(TOKENS).read_text())
out = pathlib.Path(OUT)
out.mkdir(parents=True, exist_ok=True)
# Who is let in furthest by each operation that the office does not do.
CALLERS = {"AcceptOffer": "leader", "DeclineOffer": "leader", "ClaimRequest": "leader"}


def fetch(path, token="officer"):
    asked = urllib.request.Request(URL + path, headers={"Authorization": "Bearer " + tokens[token]})
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)


def post(path, body, token="officer"):
    asked = urllib.request.Request(
        URL + path,
        data=json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + tokens[token], "Content-Type": "application/json", "Idempotency-Key": path},
    )
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)


CALL = {
    "requester": {"kind": "farmer", "name": "文旦种植户", "phone": "13800138000"},
    "text": "文旦园里叶子发黄，请人来看。",
    "skills": [{"code": "agr-citrus"}],
    "location": {"regionCode": "331083", "lat": 28.2531, "lng": 121.2828},
}
made = post("/v1/requests", CALL)
request, track = made["id"], made["trackToken"]
offer = post(f"/v1/requests/{request}/dispatch", {})
offers = fetch(f"/v1/offers?request={request}")["items"]
team = fetch("/v1/teams?page_size=1")["items"][0]["id"]
known = {
    "requestId": request,
    "offerId": offers[0]["id"] if offers else request,
    "teamId": team,
    "track": track,
    "code": "331083",
    "number": "1",
}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def resolved(part):
    while "$ref" in part:
        target = contract
        for name in part["$ref"].lstrip("#/").split("/"):
            target = target[name]
        part = target
    return part


def sample(parameter):
    schema = resolved(parameter.get("schema", {}))
    given = parameter.get("example", schema.get("example"))
    if parameter["name"] in known:
        return known[parameter["name"]]
    if given is not None:
        return str(given).lower() if isinstance(given, bool) else str(given)
    if "enum" in schema:
        return str(schema["enum"][0])
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    return {"integer": "1", "number": "1.5", "boolean": "true"}.get(kind, request if schema.get("format") == "uuid" else "1")


def leaves(value):
    if isinstance(value, dict):
        return sum(leaves(member) for member in value.values())
    if isinstance(value, list):
        return sum(leaves(item) for item in value)
    return 1


operations = parameters = 0
for path, methods in contract["paths"].items():
    for method, operation in methods.items():
        if method not in ("get", "post", "put", "patch", "delete"):
            continue
        name = operation["operationId"]
        asked = [resolved(part) for part in methods.get("parameters", []) + operation.get("parameters", [])]
        url = path
        for part in (part for part in asked if part["in"] == "path"):
            url = url.replace("{" + part["name"] + "}", urllib.parse.quote(sample(part)) + "*")
            parameters += 1
        query = [part for part in asked if part["in"] == "query"]
        parameters += len(query)
        if query:
            url += "?" + "&".join(f"{part['name']}={urllib.parse.quote(sample(part))}*" for part in query)
        body = None
        if "requestBody" in operation:
            example = pathlib.Path(EXAMPLES) / f"{name}.request.json"
            body = example.read_text() if example.exists() else "{}"
            body = UUID.sub(lambda found: team if "team" in body[max(0, found.start() - 30) : found.start()].lower() else request, body)
            body = json.dumps(json.loads(body), ensure_ascii=False).replace("*", "")
            parameters += leaves(json.loads(body))
        if "*" not in url and not body:
            continue
        operations += 1
        caller = tokens[CALLERS.get(name, "officer" if "admin" not in tokens else "admin")]
        lines = [
            f"{method.upper()} {url} HTTP/1.1",
            "Host: " + urllib.parse.urlsplit(URL).netloc,
            "Authorization: Bearer " + caller,
            "Accept: application/json",
            "Idempotency-Key: replaced",
            "If-Match: \"0-0\"" if method in ("put", "patch") else "X-Request-Id: sqlmap",
        ]
        if body is not None:
            lines.append("Content-Type: " + ("application/merge-patch+json" if method == "patch" else "application/json"))
        order = 0 if method == "get" else 1
        (out / f"{order}-{name}.http").write_text("\n".join(lines) + "\n\n" + (body or ""))
print(operations, parameters)
