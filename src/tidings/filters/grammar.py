"""FQL's grammar (segment.md §3.3), in the words of Lark."""

GRAMMAR = r"""
start: everything | any
everything: ALL
?any: all (OR all)*
?all: claim (AND claim)*
?claim: negation | comparison | primary
negation: NOT (negation | primary)
comparison: primary (OPERATOR | IN) primary
?primary: function | path | constant | list | OPEN any CLOSE
function: PATH OPEN [any (COMMA any)*] CLOSE
path: PATH
constant: STRING | NUMBER | TRUE | FALSE | NULL
list: LIST_OPEN [any (COMMA any)*] LIST_CLOSE

ALL: "all"
AND: "and"
OR: "or"
IN: "in"
NOT: "!"
TRUE: "true"
FALSE: "false"
NULL: "null"
OPEN: "("
CLOSE: ")"
LIST_OPEN: "["
LIST_CLOSE: "]"
COMMA: ","
OPERATOR: /!=|>=|<=|=|>|</
PATH: /(?:[A-Za-z_]|\\(?s:.))(?:[A-Za-z0-9_-]|\\(?s:.))*(?:\.(?:[A-Za-z0-9_-]|\\(?s:.))+)*/
NUMBER: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/
STRING: /'(?:[^'\\]|\\(?s:.))*'|"(?:[^"\\]|\\(?s:.))*"/
SPACE: /[ \t\r\n]+/
%ignore SPACE
"""

KEYWORDS = frozenset({"all", "and", "or", "in", "true", "false", "null"})

SAID = {
    "PATH": "a path",
    "STRING": "a text in quotes",
    "NUMBER": "a number",
    "TRUE": "true",
    "FALSE": "false",
    "NULL": "null",
    "OPEN": "`(`",
    "CLOSE": "`)`",
    "LIST_OPEN": "`[`",
    "LIST_CLOSE": "`]`",
    "COMMA": "`,`",
    "OPERATOR": "a comparison (= != > >= < <=)",
    "IN": "`in`",
    "AND": "`and`",
    "OR": "`or`",
    "NOT": "`!`",
    "$END": "the end",
}
"""How a refusal names what could stand at a place. `all` is not among them: it stands alone."""

VALUE = frozenset({"PATH", "STRING", "NUMBER", "TRUE", "FALSE", "NULL", "OPEN", "LIST_OPEN"})
"""When all of these could stand somewhere, "a value" says it better."""
