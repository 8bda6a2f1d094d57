"""Values that would silently produce wrong predictions are rejected with a code and a JSON pointer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Endpoint, Function

SHOP = {
    "features": [
        {"name": "price", "type": "number", "minimum": 0, "maximum": 100},
        {"name": "count", "type": "integer", "nullable": True},
        {"name": "grade", "type": "integer", "values": [1, 3]},
        {"name": "gift", "type": "boolean"},
        {"name": "color", "type": "category", "values": ["red", "green"]},
        {"name": "note", "type": "string", "max_length": 5, "nullable": True},
        {"name": "day", "type": "date"},
        {"name": "when", "type": "datetime"},
    ],
    "columns": ["price", "count", "grade", "gift", "color | ordinal", "note", "day.day", "when.hour"],
}
GOOD: dict[str, Any] = {
    "price": 9.5,
    "count": 2,
    "grade": 3,
    "gift": False,
    "color": "red",
    "note": "hello",
    "day": "2024-02-29",
    "when": "2024-02-29T23:59:59.999",
}
NAMES = list(GOOD)


@pytest.fixture
def shop(load: Callable[..., Function]) -> Function:
    return load(SHOP)


def send(function: Function, instances: Any) -> tuple[int, Any]:
    status, answer, _ = function.post(json.dumps({"instances": instances}))
    return status, answer


def errors(function: Function, instances: Any) -> list[tuple[str, str]]:
    status, problem = send(function, instances)
    assert (status, problem["code"]) == (400, "instances_invalid")
    return [(error["code"], error["pointer"]) for error in problem["errors"]]


@pytest.mark.parametrize("instance", [[None, 1], {"far": None, "near": 1}, {"near": 1}])
def test_a_default_may_be_any_number_of_a_contract(load: Callable[..., Function], endpoint: Endpoint, instance: Any) -> None:
    features = [{"name": "far", "type": "number", "default": 1e30}, {"name": "near", "type": "number"}]
    assert send(load({"features": features, "columns": ["far", "near"]}), [instance])[0] == 200
    assert endpoint.calls[0].body == b"1e+30,1"


@pytest.mark.parametrize("form", [GOOD, dict(reversed(GOOD.items())), list(GOOD.values()), {"features": list(GOOD.values())}])
def test_positional_and_named_instances_make_the_same_row(shop: Function, endpoint: Endpoint, form: Any) -> None:
    send(shop, [form])
    assert endpoint.calls[0].body == b"9.5,2,3,0,0,hello,29,23"


@pytest.mark.parametrize("more", [{"note": None, "count": None}, {}])
def test_an_optional_value_may_be_null_or_left_out(shop: Function, endpoint: Endpoint, more: dict[str, Any]) -> None:
    required = {name: value for name, value in GOOD.items() if name not in ("note", "count")}
    send(shop, [required | more])
    assert endpoint.calls[0].body == b"9.5,,3,0,0,,29,23"


WRONG: list[tuple[str, Any, str]] = [
    ("price", "9.5", "type"),
    ("price", True, "type"),
    ("price", [1], "type"),
    ("price", {}, "type"),
    ("price", None, "required"),
    ("price", -0.01, "minimum"),
    ("price", 100.01, "maximum"),
    ("count", 2**53 + 1, "integer_range"),
    ("count", -(10**400), "integer_range"),
    ("count", 1.5, "type"),
    ("count", False, "type"),
    ("grade", 2, "value"),
    ("gift", 1, "type"),
    ("gift", "true", "type"),
    ("color", "blue", "value"),
    ("color", 1, "type"),
    ("color", ["red"], "type"),
    ("note", "longer", "too_long"),
    ("note", "a,b", "text"),
    ("note", 'a"b', "text"),
    ("note", "a\nb", "text"),
    ("note", "a\u2028b", "text"),
    ("note", " a", "text"),
    ("note", "", "text"),
    ("note", "NaN", "text"),
    ("note", "\ud800", "text"),
    ("day", "2023-02-29", "date"),
    ("day", "2024-2-9", "date"),
    ("day", "20240209", "date"),
    ("day", "2024-W06-5", "date"),
    ("day", 20240209, "type"),
    ("when", "2024-02-30 00:00:00", "datetime"),
    ("when", "2024-02-29 24:00:00", "datetime"),
    ("when", "2024-02-29T00:00:00Z", "datetime"),
    ("when", "2024-02-29T00:00+01:00", "datetime"),
    ("when", "2024-02-29", "datetime"),
    ("when", "2024-02-29 10:11\n2024-02-29 10:12", "datetime"),
    ("when", "\u0662\u066024-02-29 00:00:00", "datetime"),
    ("when", "", "datetime"),
]


@pytest.mark.parametrize(("name", "value", "code"), WRONG)
def test_a_wrong_value_is_named_in_a_positional_instance(shop: Function, name: str, value: Any, code: str) -> None:
    wrong = list((GOOD | {name: value}).values())
    assert errors(shop, [list(GOOD.values()), {"features": wrong}]) == [(code, f"/instances/1/features/{NAMES.index(name)}")]


@pytest.mark.parametrize(("name", "value", "code"), WRONG)
def test_a_wrong_value_is_named_in_a_named_instance(shop: Function, endpoint: Endpoint, name: str, value: Any, code: str) -> None:
    found = errors(shop, [GOOD | {name: value}])
    assert (found, endpoint.calls) == ([(code, f"/instances/0/{name}")], [])


@pytest.mark.parametrize(
    ("instance", "error"),
    [
        ([1, 2], ("feature_count", "/instances/0")),
        ([*GOOD.values(), 1], ("feature_count", "/instances/0")),
        ([], ("feature_count", "/instances/0")),
        ({"features": []}, ("feature_count", "/instances/0/features")),
        ({"features": GOOD}, ("type", "/instances/0/features")),
        ({"features": list(GOOD.values()), "id": 7}, ("unknown_field", "/instances/0/id")),
        (GOOD | {"a/b~c": 1}, ("unknown_field", "/instances/0/a~1b~0c")),
        (GOOD | {"x" * 101: 1}, ("unknown_field", "/instances/0")),
        ("hello", ("type", "/instances/0")),
        (None, ("type", "/instances/0")),
        (7, ("type", "/instances/0")),
    ],
)
def test_an_instance_of_a_wrong_form_is_named(shop: Function, instance: Any, error: tuple[str, str]) -> None:
    assert errors(shop, [instance]) == [error]


def test_a_required_value_that_is_left_out_is_named(shop: Function) -> None:
    assert errors(shop, [{name: GOOD[name] for name in NAMES if name != "gift"}]) == [("required", "/instances/0/gift")]


@pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity"])
def test_a_token_that_json_does_not_define_is_not_json(shop: Function, token: str) -> None:
    status, problem, _ = shop.post(json.dumps({"instances": [GOOD]}).replace("9.5", token))
    assert (status, problem["code"]) == (400, "body_malformed")


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_a_number_beyond_floats_is_not_finite(shop: Function, number: str) -> None:
    _, problem, _ = shop.post(json.dumps({"instances": [GOOD]}).replace("9.5", number))
    assert [error["code"] for error in problem["errors"]] == ["not_finite"]


def test_nan_in_a_direct_invocation_is_not_finite(shop: Function) -> None:
    problem = shop({"instances": [GOOD | {"price": float("nan")}, GOOD]})
    assert [(error["code"], error["pointer"]) for error in problem["errors"]] == [("not_finite", "/instances/0/price")]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"instances": [GOOD], "instances": [GOOD]}', "/instances"),
        ('{"instances": [{"price": 1, REST]}', "/instances/0/price"),
        ('{"instances": [GOOD, {"price": 1, REST]}', "/instances/1/price"),
        ('{"instances": [{"note": "\\u0061", "note": "b", REST]}', "/instances/0/note"),
        ('{"instances": [{"features": LIST, "features": LIST}]}', "/instances/0/features"),
    ],
)
def test_a_key_that_is_given_twice_is_named(shop: Function, body: str, pointer: str) -> None:
    good = json.dumps(GOOD)
    text = body.replace("GOOD", good).replace("REST", good[1:]).replace("LIST", json.dumps(list(GOOD.values())))
    _, problem, _ = shop.post(text)
    assert ("duplicate_key", pointer) in [(error["code"], error["pointer"]) for error in problem["errors"]]


def test_escapes_in_a_body_are_accepted(shop: Function, endpoint: Endpoint) -> None:
    status, _, _ = shop.post(json.dumps({"instances": [GOOD | {"note": "é"}]}))
    assert (status, endpoint.calls[0].body.decode()) == (200, "9.5,2,3,0,0,é,29,23")


def test_a_page_of_errors_is_listed_and_the_rest_counted(shop: Function) -> None:
    _, problem = send(shop, [[]] * 50)
    assert (len(problem["errors"]), problem["error_count"]) == (20, 50)


def test_an_error_is_a_problem_document(shop: Function) -> None:
    _, problem, headers = shop.post(json.dumps({"instances": [GOOD | {"price": -1}]}))
    assert (headers["content-type"], problem) == (
        "application/problem+json",
        {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "code": "instances_invalid",
            "detail": "/instances/0/price: price must be at least 0",
            "retryable": False,
            "request_id": "gateway-request",
            "errors": [{"code": "minimum", "pointer": "/instances/0/price", "detail": "price must be at least 0"}],
            "error_count": 1,
        },
    )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 400, "body_empty"),
        (" ", 400, "body_malformed"),
        ("{", 400, "body_malformed"),
        ("[" * 100_000, 400, "body_malformed"),
        ('{"instances": [' + "9" * 5000 + "]}", 400, "body_malformed"),
        ("\ufeff", 400, "body_empty"),
        ("\ufeff\ufeff{}", 400, "body_malformed"),
        (b"\xff\xfe", 400, "body_malformed"),
        ("[]", 400, "instances_missing"),
        ("null", 400, "instances_missing"),
        ("{}", 400, "instances_missing"),
        ('{"instances": {}}', 400, "instances_missing"),
        ('{"instances": [], "more": 1}', 400, "instances_missing"),
        ('{"instances": []}', 400, "instances_empty"),
        ('{"instances": [' + "0," * 10_000 + "0]}", 413, "too_many_instances"),
    ],
)
def test_a_body_of_a_wrong_form_has_its_own_code(shop: Function, body: str | bytes, status: int, code: str) -> None:
    got, problem, _ = shop.post(body)
    assert (got, problem["code"]) == (status, code)


@pytest.mark.parametrize("event", [None, [], "hello", 7, {}, {"instances": None}])
def test_any_direct_event_is_answered_with_a_problem(shop: Function, event: Any) -> None:
    assert shop(event)["code"] == "instances_missing"


def without(name: str) -> dict[str, Any]:
    return {other: value for other, value in GOOD.items() if other != name}


@pytest.mark.parametrize("way", ["http", "direct"])
@pytest.mark.parametrize(
    ("named", "positional", "error"),
    [
        (without("price"), [None, *list(GOOD.values())[1:]], ("required", "price")),
        (GOOD | {"day": "2023-02-29"}, list((GOOD | {"day": "2023-02-29"}).values()), ("date", "day")),
        (GOOD | {"grade": 2}, list((GOOD | {"grade": 2}).values()), ("value", "grade")),
        (GOOD | {"gift": "yes"}, list((GOOD | {"gift": "yes"}).values()), ("type", "gift")),
        (GOOD | {"price": 101}, list((GOOD | {"price": 101}).values()), ("maximum", "price")),
    ],
)
def test_named_and_positional_rows_get_the_same_errors(
    shop: Function, way: str, named: Any, positional: Any, error: tuple[str, str]
) -> None:
    code, name = error
    for instance, pointer in ((named, name), (positional, str(NAMES.index(name)))):
        document = {"instances": [list(GOOD.values()), instance]}
        problem = shop(document) if way == "direct" else shop.post(json.dumps(document))[1]
        assert (problem["code"], problem["error_count"]) == ("instances_invalid", 1)
        assert (problem["errors"][0]["code"], problem["errors"][0]["pointer"]) == (code, f"/instances/1/{pointer}")


@pytest.mark.parametrize("way", ["http", "direct"])
def test_an_unknown_field_of_a_named_row_is_named(shop: Function, way: str) -> None:
    document = {"instances": [GOOD | {"prise": 1}]}
    problem = shop(document) if way == "direct" else shop.post(json.dumps(document))[1]
    assert [(error["code"], error["pointer"]) for error in problem["errors"]] == [("unknown_field", "/instances/0/prise")]


@pytest.mark.parametrize(
    "body", ['{"instances": [{"price": 1,}]}', '{"instances": [[1, 2]', "{'instances': []}", '{"instances": []} x', "nul"]
)
@pytest.mark.parametrize("content_type", ["application/json", "", "application/vnd.shop+json"])
def test_malformed_json_is_told_where_it_breaks(shop: Function, body: str, content_type: str) -> None:
    status, problem, _ = shop.post(body, content_type=content_type)
    assert (status, problem["code"], "at line 1, column" in problem["detail"]) == (400, "body_malformed", True)


def test_nesting_beyond_any_contract_is_an_error_of_the_body_or_of_the_row(shop: Function) -> None:
    assert shop.post('{"instances": [' + "[" * 500 + "]" * 500 + "]}")[1]["code"] == "instances_invalid"
    assert shop.post('{"instances": ' + "[" * 200_000 + "]" * 200_000 + "}")[1]["code"] == "body_malformed"
