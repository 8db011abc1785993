"""The API described in OpenAPI 3.1: what can be asked, what comes back, how errors look.

Rules: only what the routes really do (a test asks them all); the fields of a record are docs/import.md's and may grow,
so a schema names those that are always there.
"""

from typing import Any

from fragments.drawing import KINDS
from widget_server.public.api import DEFAULT_LIMIT, MOST

ID = {"type": "string", "pattern": "^[0-9a-z]{10}$"}
MEANINGS = {
    "lang": "Readable in this language: BCP 47 tags, joined by commas",
    "country": "Suppressed there: two-letter codes, joined by commas",
    "topic": "Slugs, joined by commas",
    "campaign": "Slugs, joined by commas",
}
FACETS = [{"name": kind, "in": "query", "description": MEANINGS[kind], "schema": {"type": "string"}} for kind in KINDS]
LIMIT = {
    "name": "limit",
    "in": "query",
    "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
}


def document(public_url: str) -> dict[str, Any]:
    """The whole description; `public_url` without a slash at its end."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Fragments of what someone tried to silence", "version": "1", "license": {"name": "MIT"}},
        "servers": [{"url": public_url}],
        "paths": _paths(),
        "components": {"schemas": _schemas()},
    }


def _paths() -> dict[str, Any]:
    one = {"name": "id", "in": "path", "required": True, "schema": ID}
    return {
        "/api/v1/fragments": _get(
            "listFragments", "Fragments, newest first", "FragmentList", [*FACETS, LIMIT, _after()], 400, 404, 503
        ),
        "/api/v1/fragments/random": _get(
            "randomFragment", "One fragment, drawn at each request", "Fragment", FACETS, 400, 404, 503
        ),
        "/api/v1/fragments/{id}": _get("oneFragment", "One fragment", "Fragment", [one], 404, 410, 503),
        "/api/v1/sources": _get(
            "listSources", "Sources of the edition", "SourceList", [LIMIT, _after()], 400, 404, 503
        ),
        "/api/v1/editions": _get("listEditions", "Editions that this server still has", "EditionList", [], 400, 503),
    }


def _get(name: str, summary: str, schema: str, parameters: list[dict[str, Any]], *errors: int) -> dict[str, Any]:
    answers: dict[str, Any] = {"200": {"description": summary, "content": _content("application/json", schema)}}
    for status in errors:
        answers[str(status)] = {"description": "Why not", "content": _content("application/problem+json", "Problem")}
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": answers}}


def _content(media: str, schema: str) -> dict[str, Any]:
    return {media: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _after() -> dict[str, Any]:
    return {"name": "after", "in": "query", "description": "Taken from `next`", "schema": {"type": "string"}}


def _schemas() -> dict[str, Any]:
    source = {"record": {"const": "source"}, "external_id": {"type": "string"}, "title": {"type": "string"}}
    return {
        "Fragment": _object(
            {
                "record": {"const": "fragment"},
                "id": ID,
                "lang": {"type": "string"},
                "text": {"type": "string"},
                "source": _ref("Source"),
            },
            "record",
            "id",
            "lang",
            "source",
        ),
        "Source": _object({**source, "fragments": {"type": "array", "items": ID}}, "record", "external_id"),
        "FragmentList": _page("fragments", "Fragment"),
        "SourceList": _page("sources", "Source"),
        "EditionList": _object({"editions": {"type": "array", "items": _ref("Edition")}}, "editions"),
        "Edition": _object(
            {
                "number": {"type": "integer"},
                "dated": {"type": "string", "format": "date-time"},
                "fragments": {"type": "integer"},
                "withdrawn": {"type": "integer"},
                "current": {"type": "boolean"},
            },
            "number",
            "dated",
            "fragments",
            "withdrawn",
            "current",
        ),
        "Problem": _object(
            {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "field": {"type": "string"},
            },
            "type",
            "title",
            "status",
            "detail",
        ),
    }


def _page(name: str, item: str) -> dict[str, Any]:
    fields = {
        "edition": {"type": "integer"},
        "total": {"type": "integer"},
        name: {"type": "array", "items": _ref(item), "maxItems": MOST},
        "next": {"type": ["string", "null"], "format": "uri"},
    }
    return _object(fields, *fields)


def _object(fields: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(required)}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
