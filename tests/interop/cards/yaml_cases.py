# SPDX-License-Identifier: Apache-2.0
"""Prints random YAML cases, one JSON object a line, as PyYAML sees them: the oracle of yaml_pyyaml_test.cpp.

usage: yaml_cases.py write|read SEED COUNT

write: {"value": V, "breaks": B, "yaml": what the Python client's yaml_dump makes of it}
read:  {"yaml": text, "value": V} or {"yaml": text, "error": message}

V names its type, since JSON has too few: ["s", text], ["i", digits], ["f", repr], ["b", true], ["n"],
["t", normalised time], ["x", base64], ["l", [V...]], ["m", [[V, V]...]].
"""
import base64
import datetime
import json
import random
import sys

import yaml

PIECES = [
    "a", "b", "word", "x" * 30, "y" * 79, "z" * 130, " ", "  ", "\n", "\n\n", "\t", "\r", "\r\n", ":", ": ", " #", "#", "-",
    "- ", "?", "? ", ",", "[", "]", "{", "}", "&", "*", "!", "|", ">", "'", '"', "%", "@", "`", "---", "...", "=", "<<", "~",
    "null", "yes", "no", "true", "on", "0", "1", "12", "1.5", "1e3", "1.0e+3", ".5", ".inf", ".nan", "0x1F", "0b1", "010",
    "1:30", "1_000", "2024-01-02", "2024-01-02 03:04:05", "T", "Z", "+", "\\", "/", "é", "日本", "😀", "🚀🎁", "\x85", "\u2028",
    "\u2029", "\ufeff", "\xa0", "\u3000", "\u200b", "\x00", "\x07", "\x1b", "\x7f", "\x9f", "\ufffd", "\ue000", "\U0010fffd",
    "http://x.y/z?a=b#c", "n<1K", "20.0 ± 1.2", "the quick brown fox ",
]
SCALARS = [
    "", "1", "1.0", "010", "08", "0x1F", "1:30", "12:30:45", "1_000", "+1", "-1", "0", "-0", "1e3", "1e+3", "1.5e5", "0o7",
    "1.2.3", "2024-01-02", "2001-1-1", ".5", "5.", "-.5", ".inf", "+.inf", "-.INF", ".NaN", "=", "<<", "-", "?", "---", "...",
    "no", "Yes", "TRUE", "y", "n", "tRue", "null", "~", "Null", "1.0e-400", "1.0e+400", "0_", "0b_", "0b102", "0b11", "1_", "_1",
    "1:60", "1:6", "1:30.5", "01:30", "-1:30", "9" * 30, "0x" + "F" * 20, "2024-01-02T03:04:05Z", "2024-1-2 3:04:05 -5",
    "2024-01-02 03:04:05.123456789 +05:30", "2024-01-02t03:04:05.5", "2024-02-30", "2024-01-02 25:00:00", "0000-01-01",
    "2024-01-02 03:04:05.", "2024-01-02 03:04:05 +24:00", "2024-01-02 03:04:05 -00:00", "1.", "1._", "._1", "1e5.0", "a:b",
    "a#b", "a", "é", "😀", "http://x.y/z", "1,000", "0.0", "-0.0", "1.0E+2", "123.456e-7", "685.230_15e+03", "190:20:30.15",
]


def typed(value):
    if value is None:
        return ["n"]
    if isinstance(value, bool):
        return ["b", value]
    if isinstance(value, int):
        return ["i", str(value)]
    if isinstance(value, float):
        return ["f", repr(value)]
    if isinstance(value, str):
        return ["s", value]
    if isinstance(value, datetime.datetime):
        return ["t", value.isoformat(" ")]
    if isinstance(value, datetime.date):
        return ["t", value.isoformat()]
    if isinstance(value, bytes):
        return ["x", base64.b64encode(value).decode()]
    if isinstance(value, (list, tuple)):
        return ["l", [typed(v) for v in value]]
    if isinstance(value, set):
        return ["m", [[typed(k), ["n"]] for k in value]]
    return ["m", [[typed(k), typed(v)] for k, v in value.items()]]


def random_text(rng):
    if rng.random() < 0.25:
        return rng.choice(SCALARS)
    count = rng.choice([1, 1, 2, 3, 4, 6, 10, 30])
    text = "".join(rng.choice(PIECES) for _ in range(count))
    if rng.random() < 0.2:
        text = " ".join(rng.choice(["word", "longer-word", "😀", "é", "it's", 'say "x"']) for _ in range(rng.randint(5, 40)))
    return text


def random_scalar(rng):
    kind = rng.randrange(14)
    if kind < 8:
        return random_text(rng)
    if kind == 8:
        return rng.choice([None, True, False])
    if kind == 9:
        return rng.choice([0, -1, 7, 2**63 - 1, -(2**63), 2**63, -(10**30), rng.randint(-(10**6), 10**6)])
    if kind == 10:
        return rng.choice([0.0, -0.0, 1e16, 1e-5, 1e15, 0.1, 1 / 3, 1e300, 5e-324, float("inf"), float("-inf"), float("nan"),
                           123456789.125, 1.5e16, rng.uniform(-1e6, 1e6), rng.uniform(0, 1) * 10.0 ** rng.randint(-30, 30)])
    if kind == 11:
        return rng.choice([datetime.date(2024, 1, 2), datetime.datetime(2024, 1, 2, 3, 4, 5), datetime.datetime(
            1, 1, 1, 3, 4, 5, 6, tzinfo=datetime.timezone(datetime.timedelta(hours=-5, minutes=-30)))])
    if kind == 12:
        return bytes(rng.randrange(256) for _ in range(rng.choice([0, 1, 3, 57, 60, 200])))
    return rng.choice(SCALARS)


def random_key(rng):
    kind = rng.randrange(12)
    if kind < 8:
        return rng.choice(["k", "name", "tags", "model-index", "key " + str(rng.randrange(9))]) + rng.choice(["", "", "1", "é"])
    if kind == 8:
        return rng.choice([None, True, 3, -7, 1.5, float("inf"), datetime.date(2024, 1, 2), 10**125, 10**121])
    if kind == 9:
        return "k" * rng.randint(118, 130)
    return random_text(rng)


def random_value(rng, depth):
    shape = rng.random()
    if depth > 0 and shape < 0.3:
        return [random_value(rng, depth - 1) for _ in range(rng.choice([0, 1, 2, 3]))]
    if depth > 0 and shape < 0.6:
        return {random_key(rng): random_value(rng, depth - 1) for _ in range(rng.choice([0, 1, 2, 3]))}
    return random_scalar(rng)


def is_storable(value):
    """What UTF-8 can hold."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
        return True
    except UnicodeEncodeError:
        return False


class NoAliases(yaml.Dumper):
    def ignore_aliases(self, data):
        return True


def dump(value, **options):
    return yaml.dump(value, stream=None, allow_unicode=True, Dumper=NoAliases, **options)


def write_case(rng):
    root = {random_key(rng): random_value(rng, 4) for _ in range(rng.choice([0, 1, 2, 4]))}
    if rng.random() < 0.05:
        root = random_value(rng, 3)
    breaks = rng.choice(["\n", "\n", "\r\n", "\r"])
    return {"value": typed(root), "breaks": breaks, "yaml": dump(root, sort_keys=False, line_break=breaks)}


def random_yaml(rng):
    shape = rng.randrange(5)
    if shape == 0:
        return "k: " + rng.choice(SCALARS) + rng.choice(["\n", ""])
    if shape == 1:
        return "k: " + rng.choice(["!!str ", "!!int ", "!!float ", "!!bool ", "!!timestamp ", "! ", "!!null "]) + rng.choice(
            ['"%s"', "%s"]) % rng.choice([s for s in SCALARS if '"' not in s])
    if shape == 2:
        return rng.choice([
            "a: &x {p: 1, q: [1, 2]}\nb: {<<: *x, q: 3}\nc: *x\n", "a: &a {k: 1}\nb: &b {k: 2, l: 3}\nc: {<<: [*a, *b], m: 4}\n",
            "- &x 5\n- *x\n", "? a\n: b\n? - c\n: d\n", "a: |\n  x\n   y\n\n  z\nb: >-\n  folded\n  text\n\n  more\n", "%YAML 1.1\n---\na: 1\n",
            "---\na: 1\n...\n", "a: 1\na: 2\n1: x\ntrue: y\n1.0: z\n", "{a: 1, b, c: }\n", "[a: 1, b: {c}]\n", "a: *nope\n",
            "a: !!set {x}\n", "a: !!omap [b: 1, c: 2]\n", "a: !!pairs [b: 1, b: 2]\n", "a: !!binary aGVsbG8=\n", "a: !foo 1\n",
            "=: 1\n", "<<: 1\n", "a: [=]\n", "'<<': 1\n", "!!str <<: 1\n", "a: 'it''s'\nb: \"\\x41\\u00e9\\U0001F600\\\n  c\"\n",
        ])
    root = {random_key(rng): random_value(rng, 3) for _ in range(rng.choice([1, 2, 4]))}
    text = dump(root, sort_keys=False, default_flow_style=rng.choice([None, True, False]), width=rng.choice([20, 80, 1000]),
                default_style=rng.choice([None, None, '"', "'", "|", ">"]), line_break=rng.choice(["\n", "\r\n"]))
    if shape == 4:  # Damage it.
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(["", ":", " ", "\n", "-", "#", "'", "[", "}", "&a", "*a", "!!int "]) + text[at + rng.randrange(3):]
    return text


def read_case(rng):
    text = random_yaml(rng)
    try:
        return {"yaml": text, "value": typed(yaml.safe_load(text))}
    except (yaml.YAMLError, ValueError, KeyError, TypeError, OverflowError, AttributeError, IndexError) as error:
        return {"yaml": text, "error": str(error).replace("\n", " ")}


def main():
    make = {"write": write_case, "read": read_case}[sys.argv[1]]
    rng = random.Random(int(sys.argv[2]))
    out = sys.stdout.buffer
    made = 0
    while made < int(sys.argv[3]):
        case = make(rng)
        if is_storable(case):
            out.write(json.dumps(case, ensure_ascii=True).encode() + b"\n")
            made += 1


if __name__ == "__main__":
    main()
