"""Message: the template that the authors wrote, found from the position that raised, without reading the message."""
