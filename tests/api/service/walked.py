"""The endpoints of an application, as its router has them."""

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts


def endpoints_of(app: FastAPI) -> set[tuple[str, str]]:
    """Methods and paths, HEAD left out."""
    return {
        (method, str(route.path))
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if method != "HEAD"
    }
