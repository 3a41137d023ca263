"""What the API says of a call that does not fit its description, and how it describes that."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

_WORDS = {
    "missing": "缺少",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数",
    "decimal_parsing": "应为数",
    "bool_parsing": "应为 true 或 false",
    "date_parsing": "应为日期，如 2024-09-30",
    "date_from_datetime_parsing": "应为日期，如 2024-09-30",
    "date_type": "应为日期，如 2024-09-30",
    "string_type": "应为文本",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "list_type": "应为列表",
    "enum": "应为 {expected} 之一",
    "literal_error": "应为 {expected} 之一",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "string_too_long": "应不超过 {max_length} 个字符",
    "string_too_short": "应不少于 {min_length} 个字符",
    "string_pattern_mismatch": "写法应合 {pattern}",
}
"""By pydantic's kind of error, with its own context."""

_PROBLEM = {
    "title": "Problem",
    "description": "RFC 9457，文字为中文",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "description": "问题的种类，urn:tuban:problem:…"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "请求编号，urn:tuban:request:…"},
        "place": {"type": "string", "description": "何处"},
        "cause": {"type": "string", "description": "原因"},
        "remedy": {"type": "string", "description": "如何处理"},
        "article": {"type": "string", "description": "依据的条款"},
        "errors": {
            "type": "array",
            "description": "参数或内容中不合要求的位置",
            "items": {
                "type": "object",
                "required": ["place", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("place", "code", "message")},
            },
        },
    },
}
_ANY_PROBLEM = {
    "description": "没有办理，原因见内容",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class DescribedApi(NinjaAPI):
    """An API whose every operation is described as answering with problems, too."""

    def get_openapi_schema(self, **asked: Any) -> Any:
        """The description, with the problem as the default answer."""
        schema = super().get_openapi_schema(**asked)
        schema["components"]["schemas"]["Problem"] = _PROBLEM
        for operations in schema["paths"].values():
            for operation in operations.values():
                answers = {str(code): answer for code, answer in operation["responses"].items()}
                operation["responses"] = {**answers, "default": _ANY_PROBLEM}
        return schema


def misfit(error: dict[str, Any]) -> dict[str, str]:
    """One error of validation: where, of what kind, and what would fit."""
    words = _WORDS.get(error["type"], "不合要求").format(**_context(error))
    return {"place": _place(error["loc"]), "code": error["type"], "message": words}


def _context(error: dict[str, Any]) -> dict[str, Any]:
    context: dict[str, Any] = error.get("ctx", {})
    if "expected" in context:
        listed = str(context["expected"]).replace(" or ", ", ").replace("'", "")
        context = {**context, "expected": listed.replace(", ", "、")}
    return context


def _place(steps: tuple[Any, ...]) -> str:
    """`query.limit`, `body.paper.issuer`: without the name the body has within the product."""
    shown = steps[:1] + steps[2:] if steps and steps[0] == "body" and len(steps) > 2 else steps
    return ".".join(str(step) for step in shown)
