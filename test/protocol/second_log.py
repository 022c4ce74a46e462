"""The log of MoltNet once more: RFC 6962 trees, leaves, C2SP notes and checkpoints, from packages/protocol/README.md."""

import base64
import binascii
import hashlib
import re

from second_implementation import (
    UUID,
    Refused,
    canonical_json,
    check_hash,
    check_pattern,
    check_text,
    check_time,
    read_base64,
    read_public_key,
    sha256_hex,
    verify,
)

LARGEST = 2**53 - 1
EMPTY_ROOT = hashlib.sha256(b"").digest()


# The tree


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def left_size(size):
    """The largest power of two below size."""
    return 1 << (size - 1).bit_length() - 1


def tree_root(leaves):
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    middle = left_size(len(leaves))
    return node_hash(tree_root(leaves[:middle]), tree_root(leaves[middle:]))


def inclusion_proof(index, leaves):
    if not 0 <= index < len(leaves):
        raise Refused("index")
    if len(leaves) == 1:
        return []
    middle = left_size(len(leaves))
    if index < middle:
        return inclusion_proof(index, leaves[:middle]) + [tree_root(leaves[middle:])]
    return inclusion_proof(index - middle, leaves[middle:]) + [tree_root(leaves[:middle])]


def consistency_proof(older, leaves, is_whole=True):
    if older == len(leaves):
        return [] if is_whole else [tree_root(leaves)]
    middle = left_size(len(leaves))
    if older <= middle:
        return consistency_proof(older, leaves[:middle], is_whole) + [tree_root(leaves[middle:])]
    return consistency_proof(older - middle, leaves[middle:], False) + [tree_root(leaves[:middle])]


def root_from_inclusion(leaf, index, size, path):
    """RFC 9162, section 2.1.3.2, which walks upwards; None where the path has the wrong length."""
    if not 0 <= index < size <= LARGEST:
        return None
    number, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if number & 1 or number == last:
            root = node_hash(sibling, root)
            while not number & 1 and number:
                number >>= 1
                last >>= 1
        else:
            root = node_hash(root, sibling)
        number >>= 1
        last >>= 1
    return root if last == 0 else None


def verify_consistency(older, older_root, newer, newer_root, path):
    """RFC 9162, section 2.1.4.2; a tree without leaves begins each."""
    if not 0 <= older <= newer <= LARGEST:
        return False
    if older == 0:
        return path == [] and older_root == EMPTY_ROOT
    if older == newer:
        return path == [] and older_root == newer_root
    if older & (older - 1) == 0:
        path = [older_root] + path
    if not path:
        return False
    number, last = older - 1, newer - 1
    while number & 1:
        number >>= 1
        last >>= 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not number & 1 and number:
                number >>= 1
                last >>= 1
        else:
            second = node_hash(second, sibling)
        number >>= 1
        last >>= 1
    return last == 0 and first == older_root and second == newer_root


def read_hash(text, field):
    check_hash(text, field)
    return bytes.fromhex(text)


def entries_root(entry):
    leaf = leaf_hash(read_hash(entry["contentHash"], "contentHash"))
    path = [read_hash(each, f"path[{i}]") for i, each in enumerate(entry["path"])]
    root = root_from_inclusion(leaf, entry["index"], entry["size"], path)
    if root is None:
        raise Refused("path")
    return root.hex()


# Leaves


KINDS = "entry|revision|signature|supersession|tombstone|key|grant|run|operator"
LEAF_FIELDS = ["kind", "tag", "seq", "prevLeaf", "subjectHash", "authorKeyId", "at"]


def check_size(value, field):
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise Refused(field)


def leaf_text(leaf):
    check_pattern(leaf["kind"], KINDS, "kind")
    check_hash(leaf["tag"], "tag")
    check_size(leaf["seq"], "seq")
    if leaf["seq"] == 0:
        raise Refused("seq")
    check_pattern(leaf["prevLeaf"], "[0-9a-f]{64}" if leaf["seq"] > 1 else "", "prevLeaf")
    check_hash(leaf["subjectHash"], "subjectHash")
    check_hash(leaf["authorKeyId"], "authorKeyId")
    check_time(leaf["at"], "at")
    return canonical_json(["moltnet:leaf:v1"] + [leaf[field] for field in LEAF_FIELDS])


def chain_tag(chain):
    check_pattern(chain["id"], UUID, "id")
    check_hash(chain["salt"], "salt")
    return sha256_hex(canonical_json(["moltnet:tag:v1", chain["id"], chain["salt"]]))


def key_event_hash(event):
    check_hash(event["agentKeyId"], "agentKeyId")
    check_size(event["epoch"], "epoch")
    check_hash(event["keyId"], "keyId")
    check_pattern(event["change"], "begins|ends", "change")
    check_text(event["reason"], "reason", 1000)
    fields = [event[field] for field in ["agentKeyId", "epoch", "keyId", "change", "reason"]]
    return sha256_hex(canonical_json(["moltnet:key:v1"] + fields))


def tombstone_hash(tombstone):
    check_pattern(tombstone["entryId"], UUID, "entryId")
    check_hash(tombstone["contentHash"], "contentHash")
    check_text(tombstone["reason"], "reason")
    fields = [tombstone[field] for field in ["entryId", "contentHash", "reason"]]
    return sha256_hex(canonical_json(["moltnet:tombstone:v1"] + fields))


def supersession_hash(supersession):
    for field, check in [("entryId", UUID), ("contentHash", None), ("successorId", UUID), ("successorHash", None)]:
        check_pattern(supersession[field], check or "[0-9a-f]{64}", field)
    fields = [supersession[field] for field in ["entryId", "contentHash", "successorId", "successorHash"]]
    return sha256_hex(canonical_json(["moltnet:supersession:v1"] + fields))


def signature_hash(signature):
    check_hash(signature["contentHash"], "contentHash")
    check_text(signature["signature"], "signature")
    return sha256_hex(canonical_json(["moltnet:signature:v1", signature["contentHash"], signature["signature"]]))


# Notes


# What ECMAScript calls blank, and control characters.
BLANKS = "\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
NAME = f"[^{BLANKS}+\x00-\x1f\x7f-\x9f]{{1,255}}"


def check_name(name, field="name"):
    check_text(name, field)
    check_pattern(name, NAME, field)


def read_any_base64(text, field):
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Refused(field) from None
    if base64.b64encode(raw).decode() != text:
        raise Refused(field)
    return raw


def note_key_hash(key):
    check_name(key["name"])
    raw = read_public_key(key["publicKey"])[0]
    return sha256_hex(key["name"].encode("utf-8") + b"\n\x01" + raw)[:8]


def parse_note_key(text, field="key"):
    check_text(text, field)
    match = re.fullmatch(r"([^+]+)\+([0-9a-f]{8})\+([^\n\r\u2028\u2029]+)", text)
    if match is None:
        raise Refused(field)
    raw = read_base64(match[3], field, 33)
    if raw[0] != 1:
        raise Refused(field)
    key = {"name": match[1], "publicKey": "ed25519:" + base64.b64encode(raw[1:]).decode()}
    if note_key_hash(key) != match[2]:
        raise Refused(field)
    return key


def check_note_text(text):
    check_text(text, "note")
    if not text.endswith("\n") or re.search("[\x00-\x09\x0b-\x1f]", text):
        raise Refused("note")


def parse_note(note):
    check_text(note, "note")
    if len(note.encode("utf-16-le")) // 2 > 64 * 1024:
        raise Refused("note")
    end = note.rfind("\n\n")
    if end == -1 or not note.endswith("\n"):
        raise Refused("note")
    check_note_text(note[: end + 1])
    lines = note[end + 2 : -1].split("\n")
    if len(lines) > 64:
        raise Refused("note")
    return {"text": note[: end + 1], "signatures": [parse_signature_line(line) for line in lines]}


def parse_signature_line(line):
    match = re.fullmatch("\u2014 ([^ ]+) ([A-Za-z0-9+/]+={0,2})", line)
    check_name(match[1] if match else "", "note")
    raw = read_any_base64(match[2], "note")
    if len(raw) < 5:
        raise Refused("note")
    return {"name": match[1], "keyHash": raw[:4].hex(), "signature": base64.b64encode(raw[4:]).decode()}


def verify_note(note, keys):
    """The keys that have signed; Refused where one's signature is bad."""
    signers = []
    for key in keys:
        key_hash = note_key_hash(key)
        claimed = [each for each in note["signatures"] if (each["name"], each["keyHash"]) == (key["name"], key_hash)]
        for each in claimed:
            if not verify({"publicKey": key["publicKey"], "text": note["text"], "signature": each["signature"]}):
                raise Refused("note")
        if claimed:
            signers.append(key)
    return signers


def checkpoint_text(checkpoint):
    check_name(checkpoint["origin"], "origin")
    check_size(checkpoint["size"], "size")
    root = base64.b64encode(bytes.fromhex(checkpoint["root"])).decode()
    return f"{checkpoint['origin']}\n{checkpoint['size']}\n{root}\n"


def parse_checkpoint(signed):
    note = parse_note(signed)
    origin, *others = note["text"][:-1].split("\n")
    check_name(origin, "origin")
    size = others[0] if others else ""
    check_pattern(size, "0|[1-9][0-9]{0,15}", "size")
    root = read_base64(others[1] if len(others) > 1 else None, "root", 32)
    check_size(int(size), "size")
    if len(others) > 2:
        raise Refused("checkpoint")
    return {"origin": origin, "size": int(size), "root": root, "note": note}


def chain_head_text(head):
    check_name(head["origin"], "origin")
    check_hash(head["tag"], "tag")
    check_size(head["count"], "count")
    if head["count"] > 0 or head["lastLeaf"] != "":
        check_hash(head["lastLeaf"], "lastLeaf")
    check_size(head["treeSize"], "treeSize")
    fields = [head[field] for field in ["origin", "tag", "count", "lastLeaf", "treeSize"]]
    return canonical_json(["moltnet:head:v1"] + fields) + "\n"


def decode_hashes(leaves):
    return [bytes.fromhex(leaf) for leaf in leaves]


def show_checkpoint(note):
    checkpoint = parse_checkpoint(note)
    return {"origin": checkpoint["origin"], "size": checkpoint["size"], "root": checkpoint["root"].hex()}


def signers(claim):
    keys = [parse_note_key(key) for key in claim["keys"]]
    signed = verify_note(parse_note(claim["note"]), keys)
    return [key["name"] + "+" + note_key_hash(key) for key in signed]


OPERATIONS = {
    "merkleRoot": lambda leaves: tree_root(decode_hashes(leaves)).hex(),
    "inclusionProof": lambda tree: [
        each.hex() for each in inclusion_proof(tree["index"], decode_hashes(tree["leaves"]))
    ],
    "consistencyProof": lambda tree: [
        each.hex() for each in consistency_proof(tree["olderSize"], decode_hashes(tree["leaves"]))
    ]
    if tree["olderSize"]
    else [],
    "verifyInclusion": lambda claim: root_from_inclusion(
        bytes.fromhex(claim["leaf"]), claim["index"], claim["size"], decode_hashes(claim["path"])
    )
    == bytes.fromhex(claim["root"]),
    "verifyConsistency": lambda claim: verify_consistency(
        claim["older"]["size"],
        bytes.fromhex(claim["older"]["root"]),
        claim["newer"]["size"],
        bytes.fromhex(claim["newer"]["root"]),
        decode_hashes(claim["path"]),
    ),
    "leafHash": lambda leaf: leaf_hash(leaf_text(leaf).encode("utf-8")).hex(),
    "chainTag": chain_tag,
    "keyEventHash": key_event_hash,
    "tombstoneHash": tombstone_hash,
    "supersessionHash": supersession_hash,
    "signatureHash": signature_hash,
    "entriesRoot": entries_root,
    "noteKeyHash": note_key_hash,
    "parseNoteKey": parse_note_key,
    "parseCheckpoint": show_checkpoint,
    "noteSigners": signers,
    "checkpointText": checkpoint_text,
    "chainHeadText": chain_head_text,
}
