# SPDX-License-Identifier: Apache-2.0
"""Prints what Jinja makes of templates, one JSON object a line: the file tests/vectors/card_templates.jsonl.

A template that Jinja refuses, or cannot fill, has `null` for a result.
"""
import itertools
import json
import sys

import jinja2

VARS = {
    "x": "X", "none": None, "empty": "", "zero": 0, "yes": True, "number": 1e16, "tenth": 0.1, "seven": 7, "text": "a-b c's été",
    "list": ["en", "fr"], "numbers": [3, 1.5, 2, 1], "mixed": ["b", "A", "a", "B"], "quote": "it's", "lines": "a\nb\n\nc",
    "map": {"a": [1], "b": "it's", "z": {"deep": "er"}},
    "rows": [{"name": "one", "n": 1, "on": True}, {"name": "two", "n": 2, "on": False}, {"name": "Three", "n": 3, "on": True}],
}

SOURCES = [
    # What the shipped templates use.
    "{{ x | default('D', true) }}{{card_data}}", "{{ nothing | default(\"[More Information Needed]\", true)}}", "{{ x }}",
    "{{ nothing | default('D') }}|{{ none | default('D') }}|{{ empty | default('D') }}", "a {{ nothing }} b",
    "{{ zero|d('D', boolean=true) }}", "{{ list|d('D', true) }}", "line\r\nline\rline\n", "end\n\n", "\n", "{{ x }}\n", "",
    # Values as text.
    "{{ none }} {{ yes }} {{ number }} {{ tenth }} {{ seven }} {{ 1.0 }} {{ 1e-5 }} {{ 1e22 }} {{ -0.0 }}", "{{ list }}{{ map }}{{ rows }}",
    "{{ [quote, lines, 'a\\\\b', '\\x07', 'é', '\u200b', '\"', '\\'\"'] }}", "{{ [] }} {{ [1,] }} {{ {} }} {{ {'a': {'b': 1}}}} {{ {'a': 1}.a }}", "{{ 'a' 'b' }}",
    "{{ '\\n\\t\\\\\\'' }}|{{ \"\\\"\" }}", "{{ True }} {{ true }} {{ None }} {{ none }}",
    # Access.
    "{{ map.a }} {{ map['b'] }} {{ map.z.deep }} {{ list[0] }} {{ list[-1] }} {{ list.1 }} {{ x[0] }}", "{{ map.nothing }}|{{ list[9] }}",
    "{{ nothing.a }}", "{{ map.a.b }}", "{{ map.nothing.b }}", "{{ rows[1].name }}", "{{ rows[1]['name'] }}",
    # Operators.
    "{{ 1 + 2 * 3 - 4 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7.5 // 2 }} {{ 2 * 1.5 }}", "{{ 'a' ~ 1 ~ none ~ list }}",
    "{{ 'ab' * 3 }}|{{ 2 * '-' }}|{{ '-' * 0 }}", "{{ 'a' + 'b' }} {{ [1] + [2] }}", "{{ 1 < 2 }} {{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1.0 }}",
    "{{ 'a' < 'b' }} {{ 'a' == 'a' != 'b' }} {{ true == 1 }} {{ 1 + true }}", "{{ 'en' in list }} {{ 'de' not in list }} {{ 'X' in x }} {{ 'a' in map }}",
    "{{ not zero }} {{ not x and yes }} {{ x or 'y' }} {{ zero or none }} {{ x and zero }} {{ not not x }}", "{{ 1 if yes else 2 }}{{ 1 if zero }}",
    "{{ 1 if zero else 2 if none else 3 }}", "{{ (1 + 2) * 3 }} {{ -(2) }} {{ - seven }}", "{{ 1 / 0 }}", "{{ 'a' + 1 }}", "{{ 'a' < 1 }}", "{{ none + 1 }}",
    "{{ seven - 1 }} {{ seven-1 }} {{ 1_000 }} {{ +seven }} {{ - -seven }}", "{{ x is defined and x == 'X' }}",
    # Filters of texts and numbers.
    "{{ text|upper }} {{ text|lower }} {{ text|title }} {{ text|capitalize }} {{ 'ÉTÉ straße ĳ ŵ ж Ω'|lower }} {{ 'été straße ŵ ж ω'|upper }}",
    "{{ '  a '|trim }}|{{ 'xxaxx'|trim('x') }}|{{ lines|indent }}|{{ lines|indent(2, true) }}|{{ lines|indent(2, blank=true) }}",
    "{{ 'aXbXc'|replace('X', '-') }} {{ 'aXbXc'|replace('X', '-', 1) }}", "{{ 'a b-c d_e'|wordcount }} {{ text|length }} {{ map|count }}",
    "{{ '<a href=\"x\">&\\'</a>'|e }} {{ '<b>'|safe }}", "{{ '42'|int }} {{ '4.7'|int }} {{ 'x'|int }} {{ 'x'|int(9) }} {{ 4.9|int }} {{ ' 5 '|int }} {{ true|int }}",
    "{{ '1.5'|float }} {{ 2|float }} {{ 'x'|float }} {{ 'x'|float(1.5) }}",
    "{{ 42.55|round }} {{ 42.55|round(1) }} {{ 2.5|round }} {{ 42.51|round(1, 'floor') }} {{ 42.51|round(1, 'ceil') }} {{ 42|round }} {{ 0.125|round(2) }}",
    "{{ -3|abs }} {{ 2.5|abs }} {{ -2.5|abs }}", "{{ seven|string ~ '!' }}", "{{ none|upper }}", "{{ list|upper }}", "{{ 'a-b [c] {d} <e> (f)\tg'|title }}",
    # Filters of lists.
    "{{ list|join(', ') }} {{ list|join }} {{ 'abc'|join('-') }} {{ rows|join(', ', attribute='name') }} {{ numbers|join('|') }}",
    "{{ list|first }} {{ list|last }} {{ []|first }} {{ 'abc'|first }} {{ 'abc'|list }} {{ map|list }} {{ 'abc'|reverse }} {{ list|reverse|list }}",
    "{{ numbers|sort }} {{ numbers|sort(reverse=true) }} {{ mixed|sort }} {{ mixed|sort(case_sensitive=true) }} {{ mixed|unique|list }}",
    "{{ mixed|unique(case_sensitive=true)|list }} {{ rows|sort(attribute='name')|map(attribute='n')|list }}", "{{ ['a', 1]|sort }}",
    "{{ numbers|sum }} {{ rows|sum(attribute='n') }} {{ numbers|max }} {{ numbers|min }} {{ mixed|max }} {{ []|max }}",
    "{{ list|map('upper')|join(',') }} {{ rows|map(attribute='name')|join(',') }} {{ rows|map(attribute='nope', default='-')|join(',') }}",
    "{{ rows|map(attribute='nope')|join(',') }} {{ [nothing, x]|join('-') }}",
    "{{ ['a ', ' b']|map('trim')|list }} {{ ['aXb']|map('replace', 'X', '-')|list }}",
    "{{ numbers|select('gt', 1)|list }} {{ numbers|reject('odd')|list }} {{ [0, 1, '', 'a']|select|list }} {{ [0, 1]|reject|list }}",
    "{{ rows|selectattr('on')|map(attribute='name')|list }} {{ rows|rejectattr('on')|map(attribute='name')|list }} {{ rows|selectattr('n', 'eq', 2)|map(attribute='name')|list }}",
    "{{ rows|selectattr('name', 'in', ['one', 'two'])|map(attribute='n')|list }}", "{{ [none, x]|select('string')|list }} {{ list|select('nope')|list }}",
    "{{ list|map('nope')|list }}", "{% for p in map|items %}{{ p[0] }}={{ p|last }};{% endfor %}", "{{ {}|length }}", "{% for k, v in map|dictsort %}{{ k }}{{ v }}{% endfor %}{% for k, v in {'b': 1, 'A': 2}|dictsort(reverse=true) %}{{ k }}{{ v }}{% endfor %}", "{{ nothing|length }} {{ nothing|list }} {{ nothing|join }}",
    "{{ zero|length }}", "{{ none|join }}", "{{ zero|first }}",
    "{{ map|tojson }} {{ list|tojson }} {{ [1.5, 1e16, 0.1, none, true]|tojson }} {{ '<&\\'\">é'|tojson }} {{ {'b': 1, 'a': 2}|tojson }}",
    # Tests.
    "{{ x is defined }} {{ nothing is defined }} {{ nothing is undefined }} {{ none is none }} {{ x is string }} {{ map is mapping }} {{ list is sequence }}",
    "{{ seven is number }} {{ yes is boolean }} {{ tenth is float }} {{ seven is integer }} {{ x is not string }} {{ x is iterable }} {{ zero is iterable }}",
    "{{ seven is odd }} {{ seven is even }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(2) }} {{ x is eq 'X' }} {{ seven is in [7] }} {{ seven is gt 3 }}",
    "{{ 'abc' is lower }} {{ 'ABC' is upper }} {{ yes is true }} {{ yes is false }} {{ 1 is true }}", "{{ x is nope }}",
    # Methods.
    "{% for k, v in map.items() %}{{ k }}={{ v }};{% endfor %}", "{{ map.keys()|list }} {{ map.values()|list }} {{ map.get('a') }} {{ map.get('q') }} {{ map.get('q', 5) }}",
    "{{ x.lower() }} {{ text.upper() }} {{ ' a '.strip() }} {{ 'a,b'.split(',') }} {{ ' a  b '.split() }} {{ ', '.join(list) }} {{ 'aXb'.replace('X', '') }}",
    "{{ x.startswith('X') }} {{ x.endswith('y') }} {{ text.capitalize() }}", "{{ zero.items() }}",
    # Statements.
    "{% if x %}A{% elif y %}B{% else %}C{% endif %}", "{% if zero %}A{% elif none %}B{% else %}C{% endif %}", "{% if not x %}A{% endif %}|",
    "{% for l in list %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}{{ l }};{% endfor %}",
    "{% for l in [] %}x{% else %}none{% endfor %}", "{% for c in 'ab' %}{{ c }}.{% endfor %}", "{% for a, b in [[1, 2], [3, 4]] %}{{ a }}-{{ b }} {% endfor %}",
    "{% for a, b in [[1, 2, 3]] %}{% endfor %}", "{% for r in rows if r.on %}{{ loop.index }}{{ r.name }}{% endfor %}", "{% for x in 5 %}{% endfor %}",
    "{% for a in list %}{% for b in numbers %}{{ loop.index }}{% endfor %}{{ loop.index }};{% endfor %}", "{% for r in rows %}{{ r.name if r.on else '-' }}{% endfor %}",
    "{% set y = x ~ '!' %}{{ y }}", "{% set y = 1 %}{% for l in list %}{% set y = 2 %}{% endfor %}{{ y }}", "{% if yes %}{% set y = 3 %}{% endif %}{{ y }}",
    "{% raw %}{{ x }} {% if %}{% endraw %}", "{% raw -%} a {%- endraw %}", "a{# {{ x }} #}b", "a {#- x -#} b", "{#\nlong\n#}c",
    "a \n {%- if x -%} \n b \n {%- endif -%} \n c", "a\n{% if x %}\nb\n{% endif %}\nc\n", "a {{- x -}} b", "{{ '}}' }} {{ '{{' }} {{ \"%}\" }}", "{ x } {x} {% raw %}{%{% endraw %}",
    "{{ x -}}\n\n b", "{{+ x +}}", "{%+ if x %}y{% endif %}",
    # What is refused.
    "{{ x", "{{ x }", "{% if x %}", "{% endif %}", "{% for x in %}{% endfor %}", "{{ }}", "{{ x | }}", "{{ x y }}", "{{ 'a }}", "{{ (1 }}", "{{ [1 }}", "{# x",
    "{% unknown %}", "{% set = 1 %}", "{% if x %}{% else %}{% else %}{% endif %}", "{% for x in list %}{% elif x %}{% endfor %}", "{{ x | nope }}", "{{ x..y }}", "{{ & }}",
    "{% else %}", "{{ 1 2 }}", "{% if %}{% endif %}",
]


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    # Every pair of a value and a filter that is defined for anything.
    values = ["x", "none", "empty", "zero", "yes", "tenth", "list", "map", "nothing", "quote", "'a b'", "[1, 'a', none]", "1.0"]
    filters = ["upper", "title", "trim", "length", "list", "first", "last", "join(',')", "string", "default('D')", "default('D', true)", "int", "float", "tojson"]
    sources = SOURCES + ["{{ %s|%s }}" % pair for pair in itertools.product(values, filters)]
    for source in sources:
        try:
            result = jinja2.Template(source).render(**VARS)
        except Exception:
            result = None
        print(json.dumps({"source": source, "result": result}, ensure_ascii=False))


if __name__ == "__main__":
    main()
