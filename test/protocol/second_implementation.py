"""The bytes of MoltNet once more, from packages/protocol/README.md and RFC 8032, with Python's standard library only.

A check on the formats and a pattern for other languages; its curve arithmetic is slow and not for secrets. second_log.py has
the log, second_verifier.py the verifier of bundles.
"""

import base64
import binascii
import hashlib
import functools
import json
import re
from datetime import datetime


class Refused(Exception):
    """Its only argument is the field's name."""


# Text, numbers, JSON


def check_text(value, field, longest=None):
    if not isinstance(value, str) or re.search("[\0\ud800-\udfff]", value):
        raise Refused(field)
    if longest is not None and len(value) > longest:
        raise Refused(field)


def canonical_json(value, field="value"):
    if isinstance(value, str):
        check_text(value, field)
        return json.dumps(value, ensure_ascii=False)
    if type(value) is int and abs(value) < 2**53:
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical_json(item, f"{field}[{i}]") for i, item in enumerate(value)) + "]"
    raise Refused(field)


def sha256_hex(data):
    return hashlib.sha256(data.encode("utf-8") if isinstance(data, str) else data).hexdigest()


def check_pattern(value, pattern, field):
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise Refused(field)


def check_hash(value, field):
    check_pattern(value, "[0-9a-f]{64}", field)


def check_time(value, field):
    check_pattern(value, r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", field)
    try:
        datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError:
        raise Refused(field) from None
    if value[17:19] > "59":
        raise Refused(field)
    return value


# Entries


def check_each_tag(tags):
    if not isinstance(tags, list):
        raise Refused("tags")
    for i, tag in enumerate(tags):
        check_text(tag, f"tags[{i}]", 128)
        if tag == "":
            raise Refused(f"tags[{i}]")


def check_tag_count(tags):
    if len(tags) > 20:
        raise Refused("tags")


def canonical_tags(tags):
    check_each_tag(tags)
    canonical = sorted(set(tags), key=lambda tag: tag.encode("utf-8"))
    check_tag_count(canonical)
    return canonical


def body_commitment(body):
    check_hash(body["salt"], "salt")
    check_text(body["title"], "title", 255)
    check_text(body["content"], "content", 100_000)
    tags = body["tags"]
    check_each_tag(tags)
    check_tag_count(tags)
    for i in range(1, len(tags)):
        if tags[i - 1].encode("utf-8") >= tags[i].encode("utf-8"):
            raise Refused(f"tags[{i}]")
    return sha256_hex(canonical_json(["moltnet:body:v1", body["salt"], body["title"], body["content"], tags]))


UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
FIELDS = ["entryId", "diaryId", "authorKeyId", "createdAt", "type", "importance", "bodyCommitment"]


def entry_header(header):
    check_pattern(header["entryId"], UUID, "entryId")
    check_pattern(header["diaryId"], UUID, "diaryId")
    check_hash(header["authorKeyId"], "authorKeyId")
    check_time(header["createdAt"], "createdAt")
    check_pattern(header["type"], "episodic|semantic|procedural|reflection", "type")
    if type(header["importance"]) is not int or not 1 <= header["importance"] <= 10:
        raise Refused("importance")
    check_hash(header["bodyCommitment"], "bodyCommitment")
    return canonical_json(["moltnet:entry:v1"] + [header[field] for field in FIELDS])


# Ed25519: the curve -x^2 + y^2 = 1 + d x^2 y^2 over the integers modulo P; points are (X, Y, Z, T), x = X/Z, y = Y/Z, T = xy Z

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def add(a, b):
    e = (a[0] + a[1]) * (b[0] + b[1]) - a[0] * b[0] - a[1] * b[1]
    h = a[1] * b[1] + a[0] * b[0]
    c = a[3] * b[3] * D
    z = a[2] * b[2]
    f, g = z - c, z + c
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(number, point):
    product = NEUTRAL
    while number:
        if number & 1:
            product = add(product, point)
        point = add(point, point)
        number >>= 1
    return product


def multiply_and_add(a, first, b, second):
    """a first + b second, in one pass from the highest bit."""
    both = add(first, second)
    total = NEUTRAL
    for bit in range(max(a.bit_length(), b.bit_length()) - 1, -1, -1):
        total = add(total, total)
        chosen = (a >> bit & 1) + 2 * (b >> bit & 1)
        if chosen:
            total = add(total, (first, second, both)[chosen - 1])
    return total


def is_neutral(point):
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0


def encode(point):
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(raw):
    """The point, or None where RFC 8032 has none."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & 2**255 - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_1 % P
    if x * x % P != square or (x == 0 and sign == 1):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def scalar_from(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def expand_seed(seed):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
    return scalar, digest[32:], encode(multiply(scalar, BASE))


def read_base64(text, field, length):
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Refused(field) from None
    if len(raw) != length or base64.b64encode(raw).decode() != text:
        raise Refused(field)
    return raw


def write_base64(raw):
    return base64.b64encode(raw).decode()


def read_public_key(text):
    if not isinstance(text, str) or not text.startswith("ed25519:"):
        raise Refused("publicKey")
    return read_point(text)


@functools.lru_cache(maxsize=1024)
def read_point(text):
    raw = read_base64(text[8:], "publicKey", 32)
    point = decode(raw)
    if point is None or is_neutral(multiply(8, point)) or not is_neutral(multiply(L, point)):
        raise Refused("publicKey")
    return raw, point


def derive_public_key(private_key):
    return "ed25519:" + write_base64(expand_seed(read_base64(private_key, "privateKey", 32))[2])


def fingerprint(key_id):
    check_hash(key_id, "keyId")
    return "-".join(key_id[i : i + 4].upper() for i in range(0, 16, 4))


def sign(key):
    scalar, prefix, public = expand_seed(read_base64(key["privateKey"], "privateKey", 32))
    message = key["text"].encode("utf-8")
    r = scalar_from(prefix, message) % L
    commitment = encode(multiply(r, BASE))
    s = (r + scalar_from(commitment, public, message) * scalar) % L
    return write_base64(commitment + s.to_bytes(32, "little"))


def verify(claim):
    try:
        raw, point = read_public_key(claim["publicKey"])
        signature = read_base64(claim["signature"], "signature", 64)
        check_text(claim["text"], "text")
    except Refused:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    k = scalar_from(signature[:32], raw, claim["text"].encode("utf-8")) % L
    minus_key = (P - point[0], point[1], point[2], P - point[3])
    return encode(multiply_and_add(s, BASE, k, minus_key)) == signature[:32]


# What is signed


def entry_signing_input(content_hash):
    check_hash(content_hash, "contentHash")
    return f"moltnet:entry:v1\n{content_hash}"


def entries_signing_input(merkle_root):
    check_hash(merkle_root, "merkleRoot")
    return f"moltnet:entries:v1\n{merkle_root}"


def check_nonce(nonce):
    check_pattern(nonce, "[A-Za-z0-9_-]{16,128}", "nonce")


def message_signing_input(request):
    check_nonce(request["nonce"])
    check_text(request["message"], "message")
    return f"moltnet:message:v1\n{request['nonce']}\n{sha256_hex(request['message'])}"


def proof_input(purpose, proof, *subject):
    check_pattern(proof["audience"], "[!-~]{1,255}", "audience")
    check_nonce(proof["nonce"])
    check_time(proof["issuedAt"], "issuedAt")
    return "\n".join([purpose, proof["audience"], *subject, proof["nonce"], proof["issuedAt"]])


def registration_signing_input(registration):
    check_hash(registration["keyId"], "keyId")
    return proof_input("moltnet:register:v1", registration, registration["keyId"])


def key_rotation_signing_input(rotation):
    check_hash(rotation["oldKeyId"], "oldKeyId")
    check_hash(rotation["newKeyId"], "newKeyId")
    return proof_input("moltnet:rotate-key:v1", rotation, rotation["oldKeyId"], rotation["newKeyId"])


def key_revocation_signing_input(revocation):
    check_hash(revocation["keyId"], "keyId")
    check_text(revocation["reason"], "reason")
    if "compromisedAt" in revocation:
        check_time(revocation["compromisedAt"], "compromisedAt")
    subject = [revocation["keyId"], sha256_hex(revocation["reason"]), revocation.get("compromisedAt", "-")]
    return proof_input("moltnet:revoke-key:v1", revocation, *subject)


def secret_rotation_signing_input(rotation):
    check_hash(rotation["keyId"], "keyId")
    grace = rotation["graceSeconds"]
    if type(grace) is not int or not 0 <= grace <= 604800:
        raise Refused("graceSeconds")
    return proof_input("moltnet:rotate-secret:v1", rotation, rotation["keyId"], str(grace))


def recovery_signing_input(recovery):
    check_pattern(recovery["audience"], "[!-~]{1,255}", "audience")
    check_hash(recovery["keyId"], "keyId")
    check_pattern(recovery["challenge"], "[A-Za-z0-9_.-]{16,1024}", "challenge")
    return "\n".join(["moltnet:recover:v1", recovery["audience"], recovery["keyId"], recovery["challenge"]])


OPERATIONS = {
    "canonicalJson": canonical_json,
    "canonicalTags": canonical_tags,
    "time": lambda value: check_time(value, "time"),
    "bodyCommitment": body_commitment,
    "entryHeader": entry_header,
    "contentHash": lambda header: sha256_hex(entry_header(header)),
    "derivePublicKey": derive_public_key,
    "keyId": lambda public_key: sha256_hex(read_public_key(public_key)[0]),
    "fingerprint": fingerprint,
    "entrySigningInput": entry_signing_input,
    "entriesSigningInput": entries_signing_input,
    "messageSigningInput": message_signing_input,
    "registrationSigningInput": registration_signing_input,
    "keyRotationSigningInput": key_rotation_signing_input,
    "keyRevocationSigningInput": key_revocation_signing_input,
    "secretRotationSigningInput": secret_rotation_signing_input,
    "recoverySigningInput": recovery_signing_input,
    "sign": sign,
    "verify": verify,
}
