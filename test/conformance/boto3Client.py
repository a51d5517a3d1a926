"""Makes calls of AWS IoT with boto3, for a test.

Reads one call a line from standard input, as {"call": name, "with": {...}} or, with "paginate" in
place of "call", all pages of a list. Writes one answer a line: {"answer": ...} or
{"error": {"code", "message", "status", "class", "attempts"}}. The endpoint, region and credentials
come from the environment, as they do for any program.
"""

import datetime
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

client = boto3.client(
    "iot", config=Config(retries={"mode": "standard", "total_max_attempts": 2}, read_timeout=15)
)


def plain(value):
    """Dates become {"date": ...}, so that the test can tell them from text."""
    if isinstance(value, datetime.datetime):
        return {"date": value.astimezone(datetime.timezone.utc).isoformat()}
    raise TypeError(type(value).__name__)


def answer(request):
    given = request.get("with", {})
    if "paginate" in request:
        pages = client.get_paginator(request["paginate"]).paginate(**given)
        return {"answer": [dict(page, ResponseMetadata=None) for page in pages]}
    found = getattr(client, request["call"])(**given)
    metadata = found.pop("ResponseMetadata")
    return {"answer": found, "requestId": metadata.get("RequestId")}


print(json.dumps({"version": boto3.__version__}), flush=True)
for line in sys.stdin:
    try:
        told = answer(json.loads(line))
    except ClientError as error:
        told = {
            "error": {
                "code": error.response["Error"]["Code"],
                "message": error.response["Error"]["Message"],
                "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
                "class": type(error).__name__,
                "attempts": error.response["ResponseMetadata"].get("RetryAttempts", 0) + 1,
            }
        }
    except BotoCoreError as error:
        told = {"error": {"class": type(error).__name__, "message": str(error)}}
    print(json.dumps(told, default=plain), flush=True)
