"""Names beside their values: ``{"name": "Authorization", "value": ...}``, as lists of headers, fields, variables and errors have them."""

from typing import Final, cast

_NAME_KEYS: Final = frozenset(
    {
        "name",
        "key",
        "field",
        "header",
        "param",
        "parameter",
        "variable",
        "option",
        "label",
        "attribute",
        "property",
        "id",
    }
    | {"path", "loc", "k", "Name", "Key"}
)
VALUE_KEYS: Final = frozenset(
    {"value", "values", "val", "v", "input", "old", "new", "old_value", "new_value", "default", "Value", "Values"}
)
"""What the values are called."""
_MOST_NAMED: Final = 8


def names_beside(taken: list[tuple[object, object]]) -> list[object]:
    """The names in the items of such a dict; none where nothing in it is called a value, or where it is no small one.

    Of a place, as ``("body", "password")`` and ``/user/password``, the last part names the value.

    Args:
        taken: The items.
    """
    if len(taken) > _MOST_NAMED:
        return []
    for key, _ in taken:  # a loop is twice as fast as any() here
        if type(key) is str and key in VALUE_KEYS:
            break
    else:
        return []
    names: list[object] = []
    for key, item in taken:
        if type(key) is str and key in _NAME_KEYS:
            last = item
            if type(item) is list or type(item) is tuple:
                last = next(iter(cast("list[object] | tuple[object, ...]", item)[-1:]), None)
            names.append(last.rpartition("/")[2] if type(last) is str else last)
    return names
