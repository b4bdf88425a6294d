"""For sqlmap: a new idempotency key with every request, or the service would answer all but the first with 422."""

import uuid


def preprocess(req):
    req.headers["Idempotency-key"] = str(uuid.uuid4())
