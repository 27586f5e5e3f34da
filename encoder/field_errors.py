"""What is wrong with the value of one field. A message never repeats the value: it may name a child."""

from matcher.errors import InputError


class FieldError(InputError):
    """A value is not what its field takes; the field is dropped and the rest of the record kept."""


class DateError(FieldError):
    """A date does not exist, or is written in a way that cannot be read without guessing."""
