"""How a partner asks for the next page of what changed."""

from typing import Annotated

from fastapi import Query

After = Annotated[int, Query(ge=0, lt=2**63)]
"""The cursor that the page before gave."""
Limit = Annotated[int, Query(ge=1, le=500)]
"""Most entries of a page."""
