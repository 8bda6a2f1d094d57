"""Requests and answers in JSON, JSON lines and CSV."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from serving import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Endpoint, Function

SHOP = {
    "features": [
        {"name": "price", "type": "number"},
        {"name": "count", "type": "integer", "nullable": True},
        {"name": "gift", "type": "boolean", "default": False},
        {"name": "note", "type": "string", "nullable": True},
    ],
    "columns": ["price", "count", "gift", "note"],
}
SENT = b"9.5,2,1,a\n1000.0,,0,"


@pytest.fixture
def shop(load: Callable[..., Function]) -> Function:
    return load(SHOP)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/csv", "9.5,2,true,a\n1e3,,,\n"),
        ("text/csv", "9.5,2,1,a\r\n1e3,,0,\r\n"),
        ("text/csv; charset=utf-8", '"9.5","2.0","TRUE","a"\n\n1e3,,false,'),
        ("text/csv", "note,price,count,gift\na,9.5,2,true\n,1e3,,"),
        ("Text/CSV; header=present", "\ufeffprice, count, gift, note\n9.5,+2,true,a\n1E+3,,,\n"),
        ("text/csv; header=absent", "9.5,2,true,a\n1e3,,,"),
        ("text/csv", " 9.5, 2 , true, a\n1e3 ,, ,\n"),
        ("text/csv", ' 9.5,\t2,"true ", "a"\n1e3,nan,NaN,\n'),
        ("text/csv;charset=UTF-8;header=absent", "\ufeff9.5,2,true,a\n1e3,NAN,,"),
        ("application/jsonlines", '[9.5, 2, true, "a"]\n\n{"price": 1e3}\n'),
        ("application/x-ndjson", '{"features": [9.5, 2, true, "a"]}\r\n{"features": [1e3, null, null, null]}'),
        ("application/json", '{"instances": [[9.5, 2, true, "a"], {"price": 1e3, "note": null}]}'),
        ("application/json; charset=utf-8", '{"instances": [[9.5, 2, true, "a"], [1e3, null, null, null]]}'),
        ("application/json", '\ufeff{"instances": [[9.5, 2, true, "a"], [1e3, null, null, null]]}'),
        ("application/json", b'\xef\xbb\xbf{"instances": [[9.5, 2, true, "a"], [1e3, null, null, null]]}'),
        ('Application/JSON; Charset="UTF-8"', '{"instances": [[9.5, 2, true, "a"], [1e3, null, null, null]]}'),
        ("application/jsonlines", '\ufeff[9.5, 2, true, "a"]\n{"price": 1e3}'),
        ("application/vnd.shop+json; v=1", '{"instances": [[9.5, 2.0, true, "a"], [1e3, null, null, null]]}'),
    ],
)
def test_every_format_brings_the_same_rows(shop: Function, endpoint: Endpoint, content_type: str, body: str | bytes) -> None:
    shop.post(body, content_type=content_type)
    assert [call.body for call in endpoint.calls] == [SENT]


@pytest.mark.parametrize(
    ("content_type", "body", "code"),
    [
        ("text/csv", "9.5,2", "feature_count"),
        ("text/csv", "dear,2,1,a", "type"),
        ("text/csv", "nan,2,1,a", "type"),
        ("text/csv", "inf,2,1,a", "type"),
        ("text/csv", "1_0,2,1,a", "type"),
        ("text/csv", "1 0,2,1,a", "type"),
        ("text/csv", "1e999,2,1,a", "not_finite"),
        ("text/csv", "1,9007199254740993,1,a", "integer_range"),
        ("text/csv", "1,99999999999999999999,1,a", "integer_range"),
        ("text/csv", "1,2.5,1,a", "type"),
        ("text/csv", "1,2,yes,a", "type"),
        ("text/csv", '1,2,1,"a,b"', "text"),
        ("text/csv", ",2,1,a", "required"),
        ("text/csv; header=present", "price,size\n1,2", "unknown_field"),
        ("application/jsonlines", "[1]", "feature_count"),
        ("application/jsonlines", '{"price": 1}\n{"price": 1, "price": 2}', "duplicate_key"),
    ],
)
def test_every_format_is_validated_alike(shop: Function, content_type: str, body: str, code: str) -> None:
    status, problem, _ = shop.post(body, content_type=content_type)
    assert (status, [error["code"] for error in problem["errors"]]) == (400, [code])


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        ("text/csv", '"', 400, "body_malformed"),
        ("text/csv", '"a"b,1', 400, "body_malformed"),
        ("text/csv", "price,price\n1,1", 400, "body_malformed"),
        ("text/csv", "price,count\n1", 400, "body_malformed"),
        ("text/csv", "\n", 400, "instances_empty"),
        ("text/csv", "price,count,gift,note\n", 400, "instances_empty"),
        ("text/csv", "1,2,1,a\n" * 10_001, 413, "too_many_instances"),
        ("application/jsonlines", "[1\n2]", 400, "body_malformed"),
        ("application/jsonlines", "\n", 400, "instances_empty"),
        ("text/plain", "1", 415, "content_type_unsupported"),
        ("application/x-www-form-urlencoded", "a=1", 415, "content_type_unsupported"),
        ("application/json; charset=iso-8859-1", '{"instances": [[1, 2, true, "a"]]}', 415, "content_type_unsupported"),
        ('text/csv; charset="utf-16"', "1,2,true,a", 415, "content_type_unsupported"),
        ("application/jsonlines;charset=latin1", '[1, 2, true, "a"]', 415, "content_type_unsupported"),
    ],
)
def test_a_body_that_is_not_of_its_format_has_its_own_code(shop: Function, content_type: str, body: str, status: int, code: str) -> None:
    got, problem, _ = shop.post(body, content_type=content_type)
    assert (got, problem["code"]) == (status, code)


PRICE_SENT = "7741.25"


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("present", f"{PRICE_SENT},8812,true,secret"),
        ("present", f"price,{PRICE_SENT},8812,note"),
        ("present", f"{PRICE_SENT},{PRICE_SENT},8812,secret"),
        ("absent", f"{PRICE_SENT}x,8812,secret,a"),
        ("", f"price,count,gift,{PRICE_SENT}"),
    ],
)
def test_no_value_of_a_line_that_is_taken_for_a_header_is_repeated(
    shop: Function, capsys: pytest.CaptureFixture[str], header: str, line: str
) -> None:
    status, problem, headers = shop.post(f"{line}\n{line}", content_type=f"text/csv; header={header}")
    told = json.dumps([problem, headers]) + capsys.readouterr().out
    assert (status, [value for value in (PRICE_SENT, "8812", "secret") if value in told]) == (400, [])


def test_fields_of_a_header_that_name_no_feature_are_counted(shop: Function) -> None:
    _, problem, _ = shop.post("price,size,weight\n1,2,3", content_type="text/csv; header=present")
    assert problem["errors"] == [
        {
            "code": "unknown_field",
            "pointer": "/instances",
            "detail": "the first line of the CSV must contain names of features; these fields match no feature: 2, 3",
        }
    ]


ONE = json.dumps({"instances": [{"price": 1}, {"price": 2}]})


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/json", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/csv", "text/csv"),
        ("TEXT/*", "text/csv"),
        ("text/csv;q=0.9, application/json;q=0.2", "text/csv"),
        ("text/csv;q=0.2, application/json;q=0.9", "application/json"),
        ("application/json;q=0, text/csv", "text/csv"),
        ("application/*, text/csv", "application/json"),
    ],
)
def test_the_answer_is_of_the_form_that_accept_prefers(shop: Function, accept: str, content_type: str) -> None:
    status, _, headers = shop.post(ONE, accept=accept)
    assert (status, headers["content-type"]) == (200, content_type)


@pytest.mark.parametrize("accept", ["text/html", "image/*", "application/json;q=0", "application/json;q=none", ";"])
def test_an_answer_in_no_form_of_ours_is_rejected(shop: Function, endpoint: Endpoint, accept: str) -> None:
    status, problem, _ = shop.post(ONE, accept=accept)
    assert (status, problem["code"], endpoint.calls) == (406, "accept_unsupported", [])


@pytest.mark.parametrize(
    ("output", "answer", "expected"),
    [
        ({"name": "sum"}, "[0.5, 2]", "sum\n0.5\n2\n"),
        ({"kind": "binary", "steps": ["threshold(0.7)"]}, "[0.5, 0.7]", "prediction\n0\n1\n"),
        (
            {"kind": "binary", "labels": ["no, never", "yes"]},
            "[0.25, 0.5]",
            'prediction,probability\n"no, never",0.75\nyes,0.5\n',
        ),
        (
            {"kind": "multiclass", "labels": ["a", "b"]},
            "[[0.25, 0.75], [0.5, 0.5]]",
            "prediction,probability_a,probability_b\nb,0.25,0.75\na,0.5,0.5\n",
        ),
        (
            {"kind": "multiclass"},
            "[[0.25, 0.75], [0.5, 0.5]]",
            "prediction,probability_0,probability_1\n1,0.25,0.75\n0,0.5,0.5\n",
        ),
        ({"kind": "multiclass", "labels": ["a", "b"]}, "[1.0, 0]", "prediction\nb\na\n"),
    ],
)
def test_a_csv_answer_has_a_header_and_a_line_per_instance(
    load: Callable[..., Function], endpoint: Endpoint, output: Any, answer: str, expected: str
) -> None:
    endpoint.reply = lambda _: Reply(answer.encode())
    _, body, _ = load({**SHOP, "output": output}).post(ONE, accept="text/csv")
    assert body == expected
