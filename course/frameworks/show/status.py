"""What a status code says, in words."""

from __future__ import annotations

from http import HTTPStatus

KINDS = {1: "on the way", 2: "success", 3: "redirect", 4: "client error", 5: "server error"}

SIGNS = {1: "…", 2: "✓", 3: "→", 4: "!", 5: "✗"}

MEANINGS = {
    101: "The connection goes on in another protocol, WebSocket for example.",
    200: "It worked: the body is what was asked for.",
    201: "It worked, and something new was made. Location often says where.",
    202: "It was accepted and will be done later.",
    204: "It worked, and there is nothing to send back.",
    206: "This is the part that the request's Range asked for.",
    301: "It has moved for good: from now on, ask at the address in Location.",
    302: "This time, look at the address in Location; browsers ask there with GET.",
    303: "It is done. See the result at the address in Location, with GET.",
    304: "Nothing has changed: the client may use the copy that it has.",
    307: "This time, ask at the address in Location, with the same method and body.",
    308: "It has moved for good: ask at the address in Location, with the same method and body.",
    400: "The server could not use this request: something in it is malformed or missing.",
    401: "The server wants to know who is asking: a login or a token is missing or wrong.",
    403: "The server understood and refuses: a permission is missing, or a check such as CSRF failed.",
    404: "Nothing was found here: no route has this path, or the view found no such thing.",
    405: "A route has this path, but it does not take this method. Allow lists those that it takes.",
    406: "The server has it in no form that the request's Accept allows.",
    409: "It clashes with what is there already, for example a second book with the same ISBN.",
    410: "It was here, and it is gone for good.",
    411: "The request must say how long its body is, in Content-Length.",
    412: "A condition in the request's headers does not hold (any more).",
    413: "The request's body is larger than the server takes.",
    415: "The server does not take a body of this kind: look at the request's Content-Type.",
    418: "A joke of 1998 that stayed: this server is a teapot and makes no coffee.",
    422: "The request was readable, but its values do not pass the checks. The body says which.",
    423: "It is locked at the moment.",
    428: "The server wants a condition in the request, such as If-Match, so that nothing is overwritten.",
    429: "Too many requests in a short time. Retry-After may say when to try again.",
    431: "The request's headers are larger than the server takes; often it is a cookie.",
    451: "A law forbids to show it.",
    500: "An exception was raised that nothing caught, or the server's code is broken in another way.",
    501: "The server cannot do this for any address.",
    502: "A server in between got no valid answer from the one behind it.",
    503: "The server cannot answer at the moment: overloaded, starting or under maintenance.",
    504: "A server in between waited too long for the one behind it.",
}

RENAMED = {
    413: ("Content Too Large", "Request Entity Too Large"),
    414: ("URI Too Long", "Request-URI Too Long", "Request URI Too Long"),
    416: ("Range Not Satisfiable", "Requested Range Not Satisfiable"),
    422: ("Unprocessable Content", "Unprocessable Entity"),
}
"""Codes that have other names in other versions of Python and in some frameworks: today's name, then earlier ones."""


def phrase(code: int) -> str:
    """The standard's name of a code: "Not Found"; "" for a code that the standard does not know."""
    return _names(code)[0]


def is_standard(code: int, said: str) -> bool:
    """Whether the standard has or had this name for a code, in small letters or, as in Werkzeug, in capitals."""
    return said.lower() in (name.lower() for name in _names(code))


def _names(code: int) -> tuple[str, ...]:
    known = _standard(code)
    return RENAMED.get(code) or (known.phrase if known else "",)


def kind(code: int) -> str:
    """What all codes with this first digit have in common: "redirect"."""
    return KINDS.get(code // 100, "no code of HTTP")


def sign(code: int) -> str:
    """The same as one character, for a quick look."""
    return SIGNS.get(code // 100, "?")


def meaning(code: int) -> str:
    """What a code means to a web developer, in a sentence."""
    if code in MEANINGS:
        return MEANINGS[code]
    known = _standard(code)
    if known and known.description:
        return f"{known.description.rstrip('.')}."
    return f"A code of the group {code // 100}xx: {kind(code)}."


def _standard(code: int) -> HTTPStatus | None:
    try:
        return HTTPStatus(code)
    except ValueError:
        return None
