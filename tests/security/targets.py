"""Writes request files for sqlmap, from the contract: for every operation one with its path and its body, and one for every query parameter.

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


def post(path, body, token="officer", key=None):
    asked = urllib.request.Request(
        URL + path,
        data=json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + tokens[token], "Content-Type": "application/json", "Idempotency-Key": key or path},
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
next_page = fetch("/v1/requests?page_size=1")["next"]
# One of each kind that a path may name, or sqlmap would only ever meet 404.
taken = post("/v1/requests", CALL, key="taken")["id"]
taken_offer = post(f"/v1/requests/{taken}/dispatch", {})
taken_offer = fetch(f"/v1/offers?request={taken}")["items"][0]["id"]
post(f"/v1/offers/{taken_offer}/accept", {})
visit = post(f"/v1/requests/{taken}/visits", {"start": "2036-06-02T01:00:00Z", "end": "2036-06-02T03:00:00Z"})["id"]
account = post("/v1/accounts", {"login": "attacked", "role": "officer"}, "admin")["account"]["id"]
client = post("/v1/clients", {"name": "12345", "scopes": ["notices"]}, "admin")["id"]
key = post(f"/v1/clients/{client}/keys", {}, "admin")["id"]
run = post("/v1/dispatch-runs", {"requestIds": [request]})["id"]
notices = fetch("/v1/notices")["items"]
known = {
    "visitId": visit,
    "accountId": account,
    "clientId": client,
    "keyId": key,
    "runId": run,
    "noticeId": notices[0]["id"] if notices else request,
    "requestId": request,
    "offerId": offers[0]["id"] if offers else request,
    "teamId": team,
    "track": track,
    "code": "331083",
    "number": "1",
    "cursor": next_page.split("cursor=")[1],
    "sort": "-createdAt",
    "limit": "5",
    "explain": "full",
    "teamIds": team,
    "from": "2026-06-01T09:00:00Z",
    "to": "2036-06-01T09:00:00Z",
    "groupBy": "month",
    "role": "officer",
    "disabled": "false",
    "lat": "28.2531",
    "lng": "121.2828",
    "crs": "wgs84",
    "name": "浙江",
    "domain": "agr",
    "kind": "expert",
    "request": request,
    "team": team,
    "region": "331083",
    "parent": "331000",
    "state": "open",
    "queue": "triage",
    "urgency": "normal",
    "skill": "agr-citrus",
    "bbox": "120,27,122,29",
    "coord_type": "gcj02",
    "page_size": "20",
    "wait": "0",
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
        url = marked = path
        for part in (part for part in asked if part["in"] == "path"):
            value = urllib.parse.quote(sample(part))
            url = url.replace("{" + part["name"] + "}", value)
            marked = marked.replace("{" + part["name"] + "}", value + "*")
            parameters += 1
        body = None
        if "requestBody" in operation:
            example = pathlib.Path(EXAMPLES) / f"{name}.request.json"
            body = example.read_text() if example.exists() else "{}"
            body = UUID.sub(lambda found: team if "team" in body[max(0, found.start() - 30) : found.start()].lower() else request, body)
            body = json.dumps(json.loads(body), ensure_ascii=False).replace("*", "")
            parameters += leaves(json.loads(body))
        lines = [
            "Host: " + urllib.parse.urlsplit(URL).netloc,
            "Authorization: Bearer " + tokens[CALLERS.get(name, "admin")],
            "Accept: application/json",
            "Idempotency-Key: replaced",
        ]
        if body is not None:
            lines.append("Content-Type: " + ("application/merge-patch+json" if method == "patch" else "application/json"))
        order = 0 if method == "get" else 1

        def write(kind, target):
            head = "\n".join([f"{method.upper()} {target} HTTP/1.1", *lines])
            (out / f"{order}-{name}{kind}.http").write_text(head + "\n\n" + (body or ""))

        query = [part for part in asked if part["in"] == "query"]
        parameters += len(query)
        operations += bool(marked != url or body or query)
        if marked != url or body:
            write("", marked)
        for part in query:
            write("-" + part["name"], f"{url}?{part['name']}={urllib.parse.quote(sample(part))}*")
print(operations, parameters)
