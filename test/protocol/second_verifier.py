"""Verifies a bundle as docs/bundle.md says, once more and with Python's standard library only.

    python3 second_verifier.py bundle.jsonl [log key, if it is trusted]

prints the verdict and the findings, and ends with 0 (trusted), 6 (consistent) or 7 (broken).
"""

import base64
import json
import re
import sys
from datetime import datetime

import second_implementation as protocol
import second_log as log
from second_implementation import Refused

LINE_BYTES_MAX = 2 * 1024 * 1024
DEPTH_MAX = 8
TOLERANCE_SECONDS = 300


class Broken(Exception):
    """Its only argument is the check that failed."""


def refused_as(check, run, *arguments):
    try:
        return run(*arguments)
    except Refused:
        raise Broken(check) from None


def require(condition, check):
    if not condition:
        raise Broken(check)


# Strict JSON


def read_object(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is repeated")
    return members


def read_integer(digits):
    if len(digits) > 17 or abs(int(digits)) > log.LARGEST:
        raise ValueError("an integer is too large")
    return int(digits)


def refuse_number(text):
    raise ValueError("a number is no integer")


def check_depth(text):
    """The standard library's reader nests as deep as the stack; a scanner of brackets outside strings does not."""
    depth = deepest = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', text, re.DOTALL):
        if token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
        deepest = max(deepest, depth)
    # A value that lies deeper than this many others, or an empty list or object there.
    if deepest > DEPTH_MAX + 1:
        raise ValueError("nested too deep")


def check_texts(value, depth=0):
    if depth > DEPTH_MAX:
        raise ValueError("nested too deep")
    if isinstance(value, str):
        protocol.check_text(value, "line")
    elif isinstance(value, list):
        for item in value:
            check_texts(item, depth + 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            protocol.check_text(name, "line")
            check_texts(item, depth + 1)


READER = json.JSONDecoder(
    object_pairs_hook=read_object, parse_int=read_integer, parse_float=refuse_number, parse_constant=refuse_number
)


def parse_strict_json(text):
    check_depth(text)
    value, end = READER.raw_decode(text, len(text) - len(text.lstrip(" \t\r\n")))
    if text[end:].strip(" \t\r\n"):
        raise ValueError("something stands behind the value")
    check_texts(value)
    return value


# Shapes: a member's shape is a type, a constant in a list of one, a dict of members, a list of shapes, or an option


class Option:
    def __init__(self, shape):
        self.shape = shape


class Texts:
    pass


def fits(value, shape):
    if shape is str:
        return isinstance(value, str)
    if shape is int:
        return type(value) is int
    if shape is Texts:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if isinstance(shape, Option):
        return value is None or fits(value, shape.shape)
    if isinstance(shape, dict):
        return isinstance(value, dict) and value.keys() == shape.keys() and all(fits(value[k], shape[k]) for k in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and len(value) == len(shape) and all(map(fits, value, shape))
    return value == shape


PLACED = {"leaf": ["moltnet:leaf:v1", str, str, int, str, str, str, str], "index": int, "proof": Texts}
PATH = Option({"index": int, "size": int, "path": Texts})
ENTRY = {
    **PLACED,
    "header": {field: int if field == "importance" else str for field in protocol.FIELDS},
    "body": Option({"salt": str, "title": str, "content": str, "tags": Texts}),
    "signature": Option(str),
    "signaturePath": PATH,
}
SHAPES = {
    "header": {
        "format": "moltnet:bundle:v1",
        "origin": str,
        "logKey": str,
        "diaryId": str,
        "tagSalt": str,
        "treeSize": int,
        "rootHash": str,
    },
    "logKeyChange": {"note": str},
    "key": {
        **PLACED,
        "event": {"agentKeyId": str, "epoch": int, "keyId": str, "change": str, "reason": str},
        "publicKey": Option(str),
    },
    "foreignKey": {"publicKey": str},
    "head": {"note": str},
    "entry": ENTRY,
    "revision": ENTRY,
    "signature": {**PLACED, "entryId": str, "contentHash": str, "signature": str, "signaturePath": PATH},
    "tombstone": {**PLACED, "tombstone": {"entryId": str, "contentHash": str, "reason": str}},
    "supersession": {
        **PLACED,
        "supersession": {"entryId": str, "contentHash": str, "successorId": str, "successorHash": str},
    },
    "grant": PLACED,
    "run": PLACED,
    "operator": PLACED,
    "relation": {
        "id": str,
        "relation": str,
        "status": str,
        "fromId": str,
        "fromHash": str,
        "toId": str,
        "toHash": str,
        "evidence": Option(str),
    },
    "consistency": {"fromSize": int, "path": Texts},
    "checkpoint": {"note": str},
}
OF_DIARY = {"entry", "revision", "signature", "tombstone", "supersession", "grant", "run", "operator"}
PARTS = {
    "header": {"header"},
    "logKeyChange": {"authors"},
    "key": {"authors"},
    "foreignKey": {"authors"},
    "head": {"authors", "diary"},
    "relation": {"rest"},
    "consistency": {"rest"},
    "checkpoint": {"authors", "diary", "rest"},
    **{name: {"authors", "diary"} for name in OF_DIARY},
}


def parse_line(raw):
    require(len(raw) <= LINE_BYTES_MAX, "limit")
    try:
        line = parse_strict_json(raw.decode("utf-8"))
    except (ValueError, Refused, RecursionError):
        raise Broken("json") from None
    name = line.get("line") if isinstance(line, dict) else None
    require(isinstance(name, str) and name in SHAPES, "shape")
    require(fits(line, {"line": str, **SHAPES[name]}), "shape")
    return line


def seconds(time):
    return (datetime.strptime(time, "%Y-%m-%dT%H:%M:%S.%fZ") - datetime(1970, 1, 1)).total_seconds()


class Verifier:
    def __init__(self, trusted=(), seen=None):
        self.trusted, self.seen = trusted, seen
        self.number, self.part, self.header = 0, "header", None
        self.chains, self.agents, self.keys, self.foreign, self.entries = {}, {}, {}, {}, {}
        self.last_at, self.findings, self.notices = None, [], []
        self.linked = False

    def verify(self, data):
        lines = data.split(b"\n")
        for raw in lines[:-1] if lines[-1] == b"" else lines:
            self.number += 1
            if self.number > 1 and self.header is None:
                continue
            try:
                line = parse_line(raw)
                require(self.part in PARTS[line["line"]], "order")
                if line["line"] in OF_DIARY:
                    self.part = "diary"
                self.check(line)
            except Broken as broken:
                self.findings.append([self.number, broken.args[0]])
        self.finish()
        verdict = "broken" if self.findings else "trusted" if self.trusted_here() else "consistent"
        return {"verdict": verdict, "findings": self.findings, "notices": self.notices}

    def check(self, line):
        name = line["line"]
        if name in ("entry", "revision"):
            self.check_entry(line)
        elif name in ("grant", "run", "operator"):
            self.notice_time(self.place(line))
        else:
            getattr(self, "check_" + name)(line)

    def finish(self):
        if self.header is None:
            if not self.findings:
                self.findings.append([1, "header"])
            return
        self.findings += [[chain["line"], "head"] for chain in self.chains.values() if not chain["closed"]]
        if self.header["tag"] not in self.chains:
            self.findings.append([self.number, "head"])
        for entry in self.entries.values():
            if entry["lacksBody"] and not entry["erased"]:
                self.findings.append([entry["line"], "body"])
        if self.part != "end":
            self.findings.append([self.number, "truncated"])
        if not self.linked and self.is_seen() and self.header["size"] >= self.seen["size"]:
            self.notices.append([self.number, "unlinked"])

    # The first line, and notes

    def is_seen(self):
        return self.seen is not None and self.seen["origin"] == self.header["origin"]

    def check_header(self, line):
        def read():
            protocol.check_pattern(line["diaryId"], protocol.UUID, "diaryId")
            log.check_size(line["treeSize"], "treeSize")
            root = log.read_hash(line["rootHash"], "rootHash")
            key = log.parse_note_key(line["logKey"], "logKey")
            require(key["name"] == line["origin"], "header")
            tag = log.chain_tag({"id": line["diaryId"], "salt": line["tagSalt"]})
            return {
                "origin": line["origin"],
                "diaryId": line["diaryId"],
                "tag": tag,
                "size": line["treeSize"],
                "root": root,
                "key": key,
            }

        self.header = refused_as("header", read)
        self.part = "authors"
        if not self.is_seen() or self.header["size"] > self.seen["size"]:
            return
        if self.header["size"] < self.seen["size"]:
            self.notices.append([self.number, "older"])
        else:
            require(self.header["root"] == self.seen["root"], "consistency")
            self.linked = True

    def check_consistency(self, line):
        path = refused_as("consistency", lambda: [log.read_hash(each, "path") for each in line["path"]])
        if not self.is_seen() or self.seen["size"] != line["fromSize"]:
            return
        known, header = self.seen, self.header
        good = log.verify_consistency(known["size"], known["root"], header["size"], header["root"], path)
        require(good, "consistency")
        self.linked = True

    def check_signed(self, note, check):
        trusted = self.trusted_here()
        if not refused_as(check, log.verify_note, note, trusted or [self.header["key"]]):
            raise Broken("trust" if trusted else check)

    def trusted_here(self):
        return [each for each in self.trusted if each["name"] == self.header["origin"]]

    def check_logKeyChange(self, line):
        note = refused_as("logKey", log.parse_note, line["note"])
        former, following = self.read_key_change(note["text"])
        signers = refused_as("logKey", log.verify_note, note, [former, following])
        if former in self.trusted and len(signers) == 2:
            self.trusted = [*self.trusted, following]

    def read_key_change(self, text):
        try:
            _, size, root, former, following = parse_strict_json(text[:-1])
            log.check_size(size, "size")
            protocol.read_base64(root, "root", 32)
            if protocol.canonical_json(["moltnet:log-key:v1", size, root, former, following]) + "\n" == text:
                return log.parse_note_key(former), log.parse_note_key(following)
        except (ValueError, Refused, RecursionError, TypeError):
            pass
        raise Broken("logKey")

    def check_head(self, line):
        note = refused_as("head", log.parse_note, line["note"])
        head = self.read_head(note["text"])
        is_diary = head["tag"] == self.header["tag"]
        require(self.part in ("authors", "diary") if is_diary else self.part == "authors", "order")
        if is_diary:
            self.part = "rest"
        chain = self.chain_of(head["tag"])
        require(not chain["closed"], "head")
        chain["closed"] = True
        self.check_signed(note, "head")
        require((head["origin"], head["treeSize"]) == (self.header["origin"], self.header["size"]), "head")
        require((chain["count"], chain["last"]) == (head["count"], head["lastLeaf"]), "head")

    def read_head(self, text):
        try:
            fields = parse_strict_json(text[:-1])
            _, origin, tag, count, last, size = fields if isinstance(fields, list) else []
            head = {"origin": origin, "tag": tag, "count": count, "lastLeaf": last, "treeSize": size}
            if log.chain_head_text(head) == text:
                return head
        except (ValueError, Refused, RecursionError, TypeError):
            pass
        raise Broken("head")

    def check_checkpoint(self, line):
        checkpoint = refused_as("checkpoint", log.parse_checkpoint, line["note"])
        self.part = "end"
        self.check_signed(checkpoint["note"], "checkpoint")
        for field in ("origin", "size", "root"):
            require(checkpoint[field] == self.header[field], "checkpoint")

    # Places in the log

    def chain_of(self, tag):
        new = {"count": 0, "last": "", "index": -1, "line": self.number, "closed": False}
        return self.chains.setdefault(tag, new)

    def place(self, line):
        leaf = dict(zip(log.LEAF_FIELDS, line["leaf"][1:]))
        text = refused_as("leaf", log.leaf_text, leaf)
        require(leaf["kind"] == line["line"], "leaf")
        require((leaf["tag"] == self.header["tag"]) != (leaf["kind"] == "key"), "leaf")
        chain = self.chain_of(leaf["tag"])
        former = dict(chain)
        leaf_hash = log.leaf_hash(text.encode("utf-8"))
        chain.update(count=leaf["seq"], last=leaf_hash.hex(), index=line["index"], line=self.number)
        follows = leaf["seq"] == former["count"] + 1 and leaf["prevLeaf"] == former["last"]
        require(not former["closed"] and follows and line["index"] > former["index"], "chain")
        path = refused_as("proof", lambda: [log.read_hash(each, "proof") for each in line["proof"]])
        root = log.root_from_inclusion(leaf_hash, line["index"], self.header["size"], path)
        require(root == self.header["root"], "proof")
        return leaf

    def notice_time(self, leaf):
        if self.last_at is not None and seconds(self.last_at) - seconds(leaf["at"]) > TOLERANCE_SECONDS:
            self.notices.append([self.number, "time"])
        self.last_at = leaf["at"]

    # Keys

    def check_key(self, line):
        leaf = self.place(line)
        event = line["event"]
        require(refused_as("key", log.key_event_hash, event) == leaf["subjectHash"], "key")
        agent = self.agents.get(leaf["tag"])
        if event["change"] == "ends":
            require(agent is not None and self.is_due(agent, event, agent["epoch"]), "key")
            require(line["publicKey"] is None and event["keyId"] == agent["current"], "key")
            self.end_current(agent, line["index"])
            return
        if agent is None:
            agent = {"agentKeyId": event["agentKeyId"], "epoch": 0, "current": None}
            self.agents[leaf["tag"]] = agent
        require(self.is_due(agent, event, agent["epoch"] + 1), "key")
        require(event["epoch"] != 1 or event["keyId"] == event["agentKeyId"], "key")
        require(line["publicKey"] is not None, "key")
        key_id = refused_as("key", lambda: protocol.sha256_hex(protocol.read_public_key(line["publicKey"])[0]))
        require(key_id == event["keyId"] and key_id not in self.keys, "key")
        self.end_current(agent, line["index"])
        agent.update(epoch=event["epoch"], current=key_id)
        self.keys[key_id] = {"publicKey": line["publicKey"], "from": line["index"], "until": None}

    def is_due(self, agent, event, epoch):
        return event["agentKeyId"] == agent["agentKeyId"] and event["epoch"] == epoch

    def end_current(self, agent, index):
        if agent["current"] is not None:
            self.keys[agent["current"]]["until"] = index
        agent["current"] = None

    def check_foreignKey(self, line):
        key_id = refused_as("key", lambda: protocol.sha256_hex(protocol.read_public_key(line["publicKey"])[0]))
        require(key_id not in self.keys, "key")
        self.foreign[key_id] = line["publicKey"]

    # Entries

    def check_entry(self, line):
        leaf = self.place(line)
        self.notice_time(leaf)
        header, body = line["header"], line["body"]
        content_hash = refused_as("entry", lambda: protocol.sha256_hex(protocol.entry_header(header)))
        entry = self.keep_version(line, content_hash)
        require(content_hash == leaf["subjectHash"], "entry")
        require(header["diaryId"] == self.header["diaryId"], "entry")
        if body is None:
            entry["lacksBody"] = True
        else:
            commitment = refused_as("body", protocol.body_commitment, body)
            require(commitment == header["bodyCommitment"], "body")
        if line["signature"] is not None:
            self.check_signed_version(line, content_hash, header["authorKeyId"])
        else:
            require(line["signaturePath"] is None, "signature")
        if leaf["authorKeyId"] != header["authorKeyId"]:
            self.notices.append([self.number, "author"])
        if abs(seconds(leaf["at"]) - seconds(header["createdAt"])) > TOLERANCE_SECONDS:
            self.notices.append([self.number, "time"])

    def keep_version(self, line, content_hash):
        entry_id = line["header"]["entryId"]
        entry = self.entries.get(entry_id)
        require((line["line"] == "entry") == (entry is None), "entry")
        if entry is None:
            entry = {"versions": {}, "last": None, "line": self.number, "lacksBody": False, "erased": False}
        require(not entry["erased"] and content_hash not in entry["versions"], "entry")
        self.entries[entry_id] = entry
        entry["versions"][content_hash] = line["header"]["authorKeyId"]
        entry["last"] = content_hash
        return entry

    def check_signed_version(self, line, content_hash, key_id):
        public_key = self.key_at(key_id, line["index"])
        path = line["signaturePath"]

        def signing_input():
            if path is None:
                return protocol.entry_signing_input(content_hash)
            return protocol.entries_signing_input(log.entries_root({"contentHash": content_hash, **path}))

        text = refused_as("signature", signing_input)
        claim = {"publicKey": public_key, "text": text, "signature": line["signature"]}
        require(protocol.verify(claim), "signature")

    def key_at(self, key_id, index):
        key = self.keys.get(key_id)
        if key is None and key_id in self.foreign:
            self.notices.append([self.number, "foreignKey"])
            return self.foreign[key_id]
        require(key is not None and index >= key["from"], "key")
        require(key["until"] is None or index <= key["until"], "key")
        return key["publicKey"]

    def check_signature(self, line):
        leaf = self.place(line)
        self.notice_time(leaf)
        require(refused_as("signature", log.signature_hash, line) == leaf["subjectHash"], "signature")
        author = self.author_of(line["entryId"], line["contentHash"], "signature")
        require(author == leaf["authorKeyId"], "signature")
        self.check_signed_version(line, line["contentHash"], author)

    def author_of(self, entry_id, content_hash, check):
        versions = self.entries.get(entry_id, {"versions": {}})["versions"]
        require(content_hash in versions, check)
        return versions[content_hash]

    def check_tombstone(self, line):
        leaf = self.place(line)
        self.notice_time(leaf)
        tombstone = line["tombstone"]
        require(refused_as("tombstone", log.tombstone_hash, tombstone) == leaf["subjectHash"], "tombstone")
        entry = self.entries.get(tombstone["entryId"])
        require(entry is not None and not entry["erased"], "tombstone")
        require(entry["last"] == tombstone["contentHash"], "tombstone")
        entry["erased"] = True

    def check_supersession(self, line):
        leaf = self.place(line)
        self.notice_time(leaf)
        supersession = line["supersession"]
        require(refused_as("supersession", log.supersession_hash, supersession) == leaf["subjectHash"], "supersession")
        self.author_of(supersession["entryId"], supersession["contentHash"], "supersession")

    def check_relation(self, line):
        require(line["fromId"] in self.entries or line["toId"] in self.entries, "relation")
        for end in ("from", "to"):
            if line[end + "Id"] in self.entries:
                self.author_of(line[end + "Id"], line[end + "Hash"], "relation")


def verify_bundle(request):
    trusted = [log.parse_note_key(key) for key in request["trustedKeys"]]
    seen = request.get("seen")
    if seen is not None:
        seen = {**seen, "root": bytes.fromhex(seen["root"])}
    result = Verifier(trusted, seen).verify(base64.b64decode(request["bundle"]))
    return {name: value[:100] if isinstance(value, list) else value for name, value in result.items()}


OPERATIONS = {"verifyBundle": verify_bundle}


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        result = Verifier([log.parse_note_key(key) for key in sys.argv[2:]]).verify(file.read())
    print(json.dumps(result, indent=1))
    sys.exit({"trusted": 0, "consistent": 6, "broken": 7}[result["verdict"]])
