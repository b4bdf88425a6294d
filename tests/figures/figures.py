"""Adds up what the service has on record, in another language and without its SQL, and compares that with what its reports say.

figures.py URL TOKEN REGION FROM TO [SERVICES PERSON_TIMES PROBLEMS_SOLVED TRAINED YUAN]

Adds up twice: from single records (visits, requests, offers, teams, regions), one page after the other, and from the tables that are exported as CSV
(visits, problems, trainings, benefits). Prints a line for each comparison and ends with 1 when one of them is not equal. The five numbers are what
the whole period must come to. At the end it falsifies one record of each and demands that the comparison sees it: one that cannot fail proves nothing.
"""

import collections
import csv
import datetime
import decimal
import io
import json
import sys
import time
import urllib.parse
import urllib.request

URL, TOKEN, REGION, FROM, TO = sys.argv[1:6]
EXPECTED = [decimal.Decimal(number) for number in sys.argv[6:]]
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
ECONOMIC = {"new_value", "cost_saved", "income_gain"}
INDICATORS = [
    "services",
    "shared_services",
    "service_person_times",
    "problems_found",
    "problems_solved",
    "trained_person_times",
    "economic_benefit_yuan",
]
TOTALS = ["services", "service_person_times", "problems_solved", "trained_person_times", "economic_benefit_yuan"]
# Of each grouping of the summary, what it is called there.
GROUPINGS = {"month": "month", "city": "region", "tier": "tier", "skill": "skill"}


def fetched(path):
    call = urllib.request.Request(URL + path, headers={"Authorization": "Bearer " + TOKEN})
    with urllib.request.urlopen(call, timeout=60) as answer:
        return answer.status, answer.read()


def read(path):
    # A decimal number of the wire stays what it is.
    return json.loads(fetched(path)[1], parse_float=decimal.Decimal)


def table(kind):
    """The exported table of one kind of record; a long one is written in the background and waited for."""
    status, body = fetched(f"/v1/exports/records/{kind}?region={REGION}&from={FROM}&to={TO}&format=csv")
    if status == 202:
        export = json.loads(body)
        while export["state"] == "making":
            time.sleep(0.2)
            export = read("/v1/exports/" + export["id"])
        if export["state"] != "ready":
            sys.exit(f"the export of {kind} failed: {export['failure']}")
        body = fetched(f"/v1/exports/{export['id']}/file")[1]
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def everything(path):
    following = path + ("&" if "?" in path else "?") + "page_size=200"
    while following:
        page = read(following)
        yield from page["items"]
        following = page.get("next")
        if following and following.startswith("http"):
            parts = urllib.parse.urlsplit(following)
            following = parts.path + "?" + parts.query


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def day_of(text):
    return moment(text).astimezone(SHANGHAI).date().isoformat()


def records():
    """Every completed visit of the period with what it needs to be counted."""
    requests = {request["id"]: request for request in everything(f"/v1/requests?region={REGION}")}
    tiers = {team["id"]: team["tier"] for team in everything("/v1/teams")}
    parents = {region["code"]: region.get("parentCode") for region in read("/v1/regions")["items"]}
    accepted = collections.defaultdict(list)
    for offer in everything("/v1/offers?state=accepted"):
        accepted[offer["requestId"]].append((moment(offer["endedAt"]), offer["role"], offer["teamId"]))
    visits = []
    for item in everything("/v1/visits?state=completed"):
        if item["requestId"] not in requests:
            continue
        visit = read("/v1/visits/" + item["id"])
        request = requests[visit["requestId"]]
        ended = moment(visit["endedAt"])
        before = sorted(offer for offer in accepted[visit["requestId"]] if offer[0] <= ended)
        leads = [offer for offer in before if offer[1] == "lead"]
        roles = [offer[1] for offer in before if offer[2] == visit["teamId"]]
        place = request["regionCode"]
        while place and parents.get(place) != REGION:
            place = parents.get(place)
        visits.append(
            {
                "id": visit["id"],
                "request": visit["requestId"],
                "ended": ended,
                "day": day_of(visit["endedAt"]),
                "city": place or REGION,
                "skill": request.get("mainSkill") or "",
                "lead_tier": tiers[leads[-1][2] if leads else visit["teamId"]],
                "own_tier": tiers[visit["teamId"]],
                "support": bool(roles) and roles[-1] == "support",
                "persons": len(visit["attended"]) or visit.get("statedPersonTimes") or 0,
                "problems": {problem["problemId"]: problem["result"] for problem in visit["problems"]},
                "trained": sum(training["attendances"] for training in visit["trainings"]),
                "fen": sum(benefit["amountFen"] for benefit in visit["benefits"] if benefit["kind"] in ECONOMIC),
            }
        )
    return visits


def exported():
    """The same out of the exported tables."""
    visits = {
        row["visit_id"]: {
            "id": row["visit_id"],
            "request": row["request_id"],
            "ended": moment(row["completed_at"]),
            "day": row["day"],
            "city": row["city_code"] or row["region_code"],
            "skill": row["main_skill"],
            "lead_tier": row["lead_team_tier"],
            "own_tier": row["team_tier"],
            "support": row["role"] == "support",
            "persons": int(row["person_times"]),
            "problems": {},
            "trained": 0,
            "fen": 0,
        }
        for row in table("visits")
    }
    for row in table("problems"):
        for visit in (row["first_visit_id"], row["last_visit_id"]):
            if visit in visits:
                visits[visit]["problems"][row["problem_id"]] = row["result"]
    for row in table("trainings"):
        visits[row["visit_id"]]["trained"] += int(row["attendances"])
    for row in table("benefits"):
        if row["is_economic"] == "yes":
            visits[row["visit_id"]]["fen"] += int(decimal.Decimal(row["amount_yuan"]) * 100)
    return list(visits.values())


def added_up(visits):
    """By grouping and key, each indicator."""
    sums = {name: collections.defaultdict(collections.Counter) for name in ["all", *GROUPINGS]}

    def add(visit, tier, indicator, amount):
        keys = {"all": "", "month": visit["day"][:7], "city": visit["city"], "tier": tier, "skill": visit["skill"]}
        for name, key in keys.items():
            sums[name][key][indicator] += amount

    first, last = {}, {}
    for visit in sorted(visits, key=lambda visit: (visit["ended"], visit["id"])):
        for problem in visit["problems"]:
            first.setdefault(problem, visit["id"])
            last[problem] = visit["id"]
    days = collections.defaultdict(list)
    for visit in visits:
        days[visit["request"], visit["day"]].append(visit)
    for together in days.values():
        leads = [visit for visit in together if not visit["support"]]
        # What several did together is one service, the lead's; where the lead was not there, the first support's stands for it.
        counted = leads or sorted(together, key=lambda visit: visit["ended"])[:1]
        for visit in together:
            tier = visit["lead_tier"]
            if visit in counted:
                add(visit, tier, "services", 1)
            if visit["support"]:
                add(visit, visit["own_tier"], "shared_services", 1)
            add(visit, tier, "service_person_times", visit["persons"])
            add(visit, tier, "problems_found", sum(first[problem] == visit["id"] for problem in visit["problems"]))
            solved = [problem for problem, result in visit["problems"].items() if last[problem] == visit["id"] and result == "solved"]
            add(visit, tier, "problems_solved", len(solved))
            add(visit, tier, "trained_person_times", visit["trained"])
            add(visit, tier, "economic_benefit_yuan", decimal.Decimal(visit["fen"]) / 100)
    return sums


def reported(grouping=None):
    """What the service says of the period."""
    query = f"/v1/reports/summary?region={REGION}&from={FROM}&to={TO}" + (f"&groupBy={grouping}" if grouping else "")
    answer = read(query)
    groups = answer["groups"] if grouping else [{"key": "", "figures": answer["figures"]}]
    return {
        group["key"]: {figure["indicator"]: figure["value"] for figure in group["figures"] if figure["indicator"] in INDICATORS}
        for group in groups
    }, answer


def differences(sums, told):
    """Where they differ; a group of nothing need not stand there."""
    found = []
    for name, groups in told.items():
        for key in sorted(set(groups) | set(sums[name])):
            for indicator in INDICATORS:
                mine, its = sums[name][key][indicator], groups.get(key, {}).get(indicator, 0)
                if mine != its:
                    found.append(f"{name} {key} {indicator}: {mine} by the records, {its} by the report")
    return found


def main():
    visits = [visit for visit in records() if FROM <= visit["day"] <= TO]
    tables = exported()
    told = {"all": reported()[0], **{name: reported(grouping)[0] for name, grouping in GROUPINGS.items()}}
    sums = added_up(visits)
    wrong = differences(sums, told)
    wrong += ["exported: " + line for line in differences(added_up(tables), told)]
    if {visit["id"] for visit in visits} != {visit["id"] for visit in tables}:
        wrong.append(f"{len(visits)} visits are on record, {len(tables)} are exported, and they are not the same")
    for name in told:
        if name != "all":
            for indicator in TOTALS + ["shared_services"]:
                total = sum(group.get(indicator, 0) for group in told[name].values())
                if total != told["all"][""][indicator]:
                    wrong.append(f"{name} {indicator}: the groups come to {total}, the whole to {told['all'][''][indicator]}")
    for indicator, expected in zip(TOTALS, EXPECTED):
        if sums["all"][""][indicator] != expected:
            wrong.append(f"{indicator}: {sums['all'][''][indicator]} by the records, {expected} planned")
    synthetic = reported()[1].get("synthetic")
    if EXPECTED and not synthetic:
        wrong.append("the report does not say that its records are made up")
    for source in (visits, tables):
        source[len(source) // 2]["persons"] += 1
        if not differences(added_up(source), told):
            wrong.append("one record was falsified, and the comparison did not see it")
    for line in wrong:
        print("NOT EQUAL " + line)
    compared = sum(len(groups) for groups in told.values()) * len(INDICATORS)
    whole = ", ".join(f"{indicator} {sums['all'][''][indicator]}" for indicator in TOTALS)
    print(f"{'NOT EQUAL' if wrong else 'EQUAL'}: {compared} figures over {len(visits)} visits, page by page and as exported; {whole}")
    return 1 if wrong else 0


sys.exit(main())
