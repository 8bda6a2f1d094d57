"""The penguin example: its data, its training, and what every example's programs leave to the contract."""

from __future__ import annotations

import io
import re
import sys
import tokenize
from pathlib import Path

import numpy as np
import pytest
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples"))

import training
from penguins import generate, train

EXAMPLE = train.HERE


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trained") / "model.tar.gz"
    train.train(train.SYNTHETIC, path, str)
    return path


def test_the_generator_reproduces_the_shipped_data_byte_for_byte() -> None:
    assert generate.table() == train.SYNTHETIC.read_bytes()


def test_training_twice_gives_the_same_bytes(artifact: Path, tmp_path: Path) -> None:
    train.train(train.SYNTHETIC, tmp_path / "model.tar.gz", str)
    assert (tmp_path / "model.tar.gz").read_bytes() == artifact.read_bytes()


def test_training_says_that_the_data_is_synthetic(tmp_path: Path) -> None:
    said: list[str] = []
    train.train(train.SYNTHETIC, tmp_path / "model.tar.gz", said.append)
    assert "SYNTHETIC" in said[0]


def test_the_model_errs_on_fewer_than_one_in_ten_unseen_birds(artifact: Path) -> None:
    contract = training.load_contract(train.CONTRACT)
    columns, classes = training.read(train.SYNTHETIC, contract, contract.labels.index)
    shares = training.unpack(artifact).inplace_predict(columns)
    unseen = np.arange(len(columns)) % training.HELD_OUT_EVERY == 0
    assert np.mean(shares.argmax(axis=1)[unseen] == classes[unseen]) > 0.9


def test_a_species_that_the_contract_does_not_know_is_named_with_its_line(tmp_path: Path) -> None:
    text = train.SYNTHETIC.read_text()
    (tmp_path / "mine.csv").write_text(text.replace(",Gentoo\n", ",Emperor\n", 1))
    with pytest.raises(training.DataError, match=r"line 2, column species: 'Emperor' is not one of Adelie, Chin"):
        train.train(tmp_path / "mine.csv", tmp_path / "model.tar.gz", str)


@pytest.mark.parametrize("path", [*sorted(EXAMPLE.glob("*.[pt][yf]")), *sorted(EXAMPLE.parent.glob("*.py"))], ids=str)
def test_no_program_of_the_example_names_a_feature(path: Path) -> None:
    features = {feature["name"] for feature in yaml.safe_load(train.CONTRACT.read_text())["features"]}
    assert not features & words(path)


def words(path: Path) -> set[str]:
    text = path.read_text()
    if path.suffix == ".py":  # without comments
        readable = (tokenize.NAME, tokenize.STRING, tokenize.FSTRING_MIDDLE)
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        text = " ".join(token.string for token in tokens if token.type in readable)
    return set(re.findall(r"\w+", text))
