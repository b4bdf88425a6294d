"""For sqlmap: a new idempotency key with every request, or the service would answer all but the first with 422; and a change of any version, said
here because sqlmap takes the star in a request file for its own mark."""

import inspect
import uuid

# sqlmap 1.7 asks for a function that Python 3.11 no longer has.
if not hasattr(inspect, "getargspec"):
    inspect.getargspec = inspect.getfullargspec


def preprocess(req):
    req.headers["Idempotency-key"] = str(uuid.uuid4())
    req.headers["If-match"] = "*"
