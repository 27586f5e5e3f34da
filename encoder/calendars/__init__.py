"""Dates in the calendars that clerks and families use, as intervals of days counted from 1970-01-01."""
