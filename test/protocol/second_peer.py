"""Answers a line with a line: {"operation", "input"} with {"result"} or {"refused": field}."""

import json
import sys

import second_implementation
import second_log
import second_verifier

OPERATIONS = {**second_implementation.OPERATIONS, **second_log.OPERATIONS, **second_verifier.OPERATIONS}


def perform(request):
    try:
        return {"result": OPERATIONS[request["operation"]](request["input"])}
    except second_implementation.Refused as refusal:
        return {"refused": refusal.args[0]}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(perform(json.loads(line))), flush=True)
