"""Values on their way: exact types, and the identity of what can be changed is kept on both sides.

A list that was passed to the other side, or came from there, is known to both by a number. What one side changes in it
the other one sees with the next message, as if it were one list.
"""

from __future__ import annotations

import io
import sys
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any

from autograde.examiner.inside.kinds import (
    EMPTY,
    FROZEN,
    KINDS,
    VIEWS,
    WHOLE,
    WHOLE_OF,
    content_of,
    is_same,
    refill_file,
)
from autograde.examiner.inside.plain import (
    ATOMS,
    ATOMS_OF,
    SHORT,
    Malformed,
    NotPlain,
    Tree,
    array_of,
    array_tree,
    bytes_tree,
    is_record,
    numpy,
    plain_copy,
    record_type,
    tree_bytes,
)

DEEPEST = 150
MOST_VALUES = 1_000_000
"""Values that a message may hold."""
MOST_SHARED = 50_000
"""Lists and the like that both sides may know at a time."""
AS_THEY_ARE = frozenset({bool, float, str, type(None)})
FACTORIES: dict[str, Callable[[], Any]] = {
    kind.__name__: kind for kind in (bool, bytes, dict, float, int, list, set, str, tuple)
}
REFERENCES = 3
"""Of an object that nobody but the table of shared ones holds, while that table is read."""


class Values:
    """One side of the exchange: makes trees of values and values of trees.

    `lend` makes a tree of what is not plain, or raises NotPlain; it gives None for what holds a plain value. `take`
    makes something of what the other side has lent. Our numbers are even or odd, as `first` is, and theirs are not.
    """

    def __init__(
        self,
        first: int,
        lend: Callable[[Any], list[Tree] | None],
        take: Callable[[str, list[Tree]], Any],
        *,
        forgets: bool,
    ) -> None:
        self._first = first
        self._next = first + 2
        self._lend = lend
        self._take = take
        self._forgets = forgets
        self._shared: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        """The numbers of shared objects, by their address; they are held by `_shared`."""
        self._sent: dict[int, Any] = {}
        """What each held when the other side last knew."""
        self._forgotten: list[int] = []
        """Numbers that the other side is not yet told to forget."""
        self._told: tuple[int, list[int]] = (self._next, [])
        self._depth = 0
        self._left = 0
        self._is_shared = True
        self._lock = threading.RLock()

    def tree(self, value: Any, *, shared: bool = True) -> Tree:
        """A value as JSON has it; with `shared`, its lists and the like will be known to both sides."""
        with self._lock:
            kept = self._depth, self._left, self._is_shared
            self._depth, self._left, self._is_shared = 0, MOST_VALUES, shared
            try:
                return self._tree(value)
            except RecursionError:
                raise NotPlain("a value that is nested too deep") from None
            finally:
                self._depth, self._left, self._is_shared = kept

    def value(self, tree: Tree) -> Any:
        """The value that the other side made the tree of; Malformed when it is none."""
        with self._lock:
            self._is_shared = True
            try:
                return self._value(tree, 0)
            except (NotPlain, Malformed):
                raise
            except Exception as error:  # Whatever somebody may think of to send.
                raise Malformed(f"a value that cannot be read ({type(error).__name__})") from None

    def message(self, value: Any, *, shared: bool, forget: bool = False) -> list[Tree]:
        """A value, what was changed in shared objects since the other side last knew, and what it may forget."""
        with self._lock:
            self._told = (self._next, [])
            try:
                changed = self._changes(forget) if shared else []
                return [self.tree(value, shared=shared), changed, self._forgotten if shared else []]
            except NotPlain:
                self.undo()
                raise

    def sent(self, shared: bool) -> None:
        """Notes that the last message is on its way."""
        if shared:
            self._forgotten = []

    def undo(self) -> None:
        """Forgets the last message: it was not sent."""
        first, changed = self._told
        for number in range(first, self._next, 2):
            if number in self._shared:
                self._forget(number)
        for number in changed:
            self._sent.pop(number, None)

    def _forget(self, number: int) -> None:
        del self._numbers[id(self._shared.pop(number))]
        self._sent.pop(number, None)

    def _changes(self, forget: bool) -> list[Tree]:
        self._depth, self._left, self._is_shared = 0, MOST_VALUES, True
        changed: list[Tree] = []
        for number in list(self._shared):
            value = self._shared[number]
            if not is_same(value, self._sent.get(number)):
                self._told[1].append(number)
                changed.append([number, self._content(value)])
                self._sent[number] = content_of(value)
        if forget and self._forgets:
            value = None
            changing = {number for number, _ in changed}
            gone = [number for number in list(self._shared) if number not in changing and self._is_ours_alone(number)]
            for number in gone:
                self._forget(number)
            self._forgotten = [*self._forgotten, *gone]
        return changed

    def _is_ours_alone(self, number: int) -> bool:
        return sys.getrefcount(self._shared[number]) < REFERENCES

    def apply(self, changed: Tree, forgotten: Tree) -> None:
        """Takes over what the other side changed, and forgets what it has forgotten."""
        if not isinstance(changed, list) or not isinstance(forgotten, list):
            raise Malformed("changes that are none")
        with self._lock:
            self._is_shared = True
            try:
                for number in forgotten:
                    if self._forgets:
                        raise Malformed("forgets what is not its to forget")
                    self._forget(number)
                for number, content in changed:
                    value = self._shared[number]
                    self._refill(value, content, 0)
                    self._sent[number] = content_of(value)
            except (NotPlain, Malformed):
                raise
            except Exception as error:
                raise Malformed(f"changes that cannot be read ({type(error).__name__})") from None

    def _share(self, value: Any, number: int | None = None) -> int:
        if not self._is_shared:
            return 0
        if number is None:
            number = self._next
            self._next += 2
        if len(self._shared) >= MOST_SHARED:
            raise NotPlain("too many lists and dicts at a time")
        self._shared[number] = value
        self._numbers[id(value)] = number
        return number

    def _tree(self, value: Any) -> Tree:
        kind = type(value)
        if kind in AS_THEY_ARE:
            return value
        if kind is int:
            return value if -SHORT < value < SHORT else ["i", hex(value)]
        self._left -= 1
        if self._left < 0:
            raise NotPlain("a value that is too large")
        if (known := self._numbers.get(id(value))) is not None and self._is_shared and self._shared[known] is value:
            return ["r", known]
        if kind in KINDS:
            number = self._share(value)
            tree = [KINDS[kind].tag, number, *self._about(value), *self._items(KINDS[kind].items(value))]
            if number:
                self._sent[number] = content_of(value)
            return tree
        if kind in FROZEN:
            return [FROZEN[kind], *self._items(value)]
        if kind in ATOMS:
            tag, parts = ATOMS[kind]
            return [tag, *parts(value)]
        return self._rare(value, kind)

    def _about(self, value: Any) -> list[Tree]:
        if isinstance(value, defaultdict):
            factory = value.default_factory
            if factory is not None and FACTORIES.get(getattr(factory, "__name__", "")) is not factory:
                raise NotPlain("a defaultdict that makes its values itself")
            return [None if factory is None else factory.__name__]
        return [value.maxlen] if isinstance(value, deque) else []

    def _rare(self, value: Any, kind: type) -> Tree:
        if kind in WHOLE:
            number = self._share(value)
            held = content_of(value)
            if number:
                self._sent[number] = held
            return [WHOLE[kind], number, self._content(value)]
        if kind in VIEWS:
            return [VIEWS[kind], *self._items(value)]
        library = numpy()
        if library is not None and kind is library.ndarray:
            parts = array_tree(value)
            number = self._share(value)
            if number:
                self._sent[number] = content_of(value)
            return ["N", number, *parts]
        if library is not None and isinstance(value, library.generic):
            return ["n", *array_tree(value)]
        if is_record(value):
            return ["T", kind.__name__, list(value._fields), *self._items(tuple.__iter__(value))]
        lent = self._lend(value)
        return lent if lent is not None else self._tree(plain_copy(value))

    def _items(self, items: Iterable[Any]) -> list[Tree]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotPlain("a value that is nested too deep, or holds itself")
        held = list(items)
        self._left -= len(held)
        if self._left < 0:
            raise NotPlain("a value that is too large")
        kinds = set(map(type, held))
        if not (kinds <= AS_THEY_ARE or (kinds == {int} and min(held) > -SHORT and max(held) < SHORT)):
            held = [self._tree(item) for item in held]
        self._depth -= 1
        return held

    def _content(self, value: Any) -> Tree:
        kind = type(value)
        if kind in KINDS:
            return self._items(KINDS[kind].items(value))
        if kind not in WHOLE:
            return array_tree(value)
        held = content_of(value)
        if held is None or kind is io.StringIO:
            return held
        return bytes_tree(held) if kind is bytearray else [bytes_tree(held[0]), held[1]]

    def _refill(self, value: Any, content: Tree, depth: int) -> None:
        kind = type(value)
        if kind is bytearray:
            value[:] = tree_bytes(content)
        elif kind in WHOLE:
            refill_file(value, content)
        elif kind in KINDS:
            KINDS[kind].fill(value, [self._value(item, depth + 1) for item in content])
        else:
            new = array_of(*content)
            if new.shape != value.shape or new.dtype != value.dtype:
                raise Malformed("an array that became another one")
            value[...] = new

    def _value(self, tree: Tree, depth: int) -> Any:
        if type(tree) is not list:
            if type(tree) is dict:
                raise Malformed("a value that is none")
            return tree
        if depth > DEEPEST + 10:
            raise Malformed("a value that is nested too deep")
        tag, *parts = tree
        if tag == "r":
            return self._shared[parts[0]]
        if tag in EMPTY:
            return self._made(EMPTY[tag](), parts, parts[1:], depth)
        if tag == "t":
            return tuple([self._value(part, depth + 1) for part in parts])
        if tag in ATOMS_OF:
            return ATOMS_OF[tag](*parts)
        return self._rare_value(tag, parts, depth)

    def _made(self, value: Any, parts: list[Tree], content: Tree, depth: int) -> Any:
        """A new object of those that can be changed, known by the number with which its parts begin."""
        number = parts[0]
        if type(number) is not int or number < 0:
            raise Malformed("a number that is none")
        if number:
            if number % 2 == self._first % 2 or number in self._shared:
                raise Malformed("a number that is taken")
            self._share(value, number)
        self._refill(value, content, depth)
        if number:
            self._sent[number] = content_of(value)
        return value

    def _rare_value(self, tag: str, parts: list[Tree], depth: int) -> Any:
        def items(trees: list[Tree]) -> list[Any]:
            return [self._value(part, depth + 1) for part in trees]

        if tag == "f":
            return frozenset(items(parts))
        if tag == "E":
            return self._made(defaultdict(None if parts[1] is None else FACTORIES[parts[1]]), parts, parts[2:], depth)
        if tag == "q":
            return self._made(deque(maxlen=parts[1]), parts, parts[2:], depth)
        if tag in WHOLE_OF:
            return self._made(WHOLE_OF[tag](), parts, parts[1], depth)
        if tag == "N":
            return self._made(array_of(*parts[1:]), parts, parts[1:], depth)
        if tag == "n":
            return array_of(*parts)[()]
        if tag == "T":
            return record_type(parts[0], tuple(parts[1]))(*items(parts[2:]))
        if tag == "k":
            return dict.fromkeys(items(parts)).keys()
        if tag == "v":
            return dict(enumerate(items(parts))).values()
        if tag == "w":
            return dict(items(parts)).items()
        return self._take(tag, parts)
