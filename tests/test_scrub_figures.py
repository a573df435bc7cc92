"""The figures' own tests: what is planted is right, and a loss or a leak is seen when there is one."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from benchmarks.scrubbing import (
    checksums,
    command,
    contexts,
    fields,
    growth,
    kinds,
    one_by_one,
    peers,
    places,
    recall,
    sentences,
    vendors,
    workload,
)
from benchmarks.scrubbing.planted import PIECE, kept, lost, shaped, survivor, unmarked, words
from benchmarks.scrubbing.tools import Tool, own

from tightlip_scrubbers import scrub_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from benchmarks.scrubbing.planted import Sample

MAKES = (*kinds.KINDS, *places.PATHS, *places.ADDRESSES)
BOTH = {**fields.FIELDS, **fields.MORE}


def tool(change: Callable[[str], str], event: Callable[[Any], object] = lambda given: given) -> Tool:
    def texts(given: Sequence[str]) -> list[str]:
        return [change(text) for text in given]

    return Tool("fake", texts, event, re.compile(r"\[gone\]"))


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return contexts.samples(kinds.KINDS, random.Random("tests"), recall.SECRETS)


class TestSecrets:
    @pytest.mark.parametrize("make", dict.fromkeys(MAKES), ids=lambda make: make.__name__)
    def test_what_is_distinctive_is_in_the_text(self, make: Callable[[random.Random], Any]) -> None:
        """Long enough to be looked for, and not what the kind has in common."""
        rng = random.Random("tests")
        made = [make(rng) for _ in range(20)]
        for secret in made:
            assert secret.parts
            for part in secret.parts:
                assert len(part) >= PIECE
                assert part.lower() in secret.text.lower()
        assert len({secret.text for secret in made}) == len(made)
        common = Counter(part for secret in made for part in set(secret.parts))
        assert max(common.values()) == 1

    def test_kinds_and_vendors_are_many(self, samples: list[Sample]) -> None:
        assert len({sample.secret.kind for sample in samples}) >= 40
        assert len({sample.secret.text for sample in samples}) == len(samples) == 1_000
        assert len(vendors.SHAPES) >= 70

    def test_every_shape_has_a_distinctive_part(self) -> None:
        for shapes in vendors.SHAPES.values():
            for shape in shapes:
                text, parts = shaped(random.Random(0), shape)
                assert "{" not in text
                assert sum(map(len, parts)) >= 14

    def test_checksums_are_right(self) -> None:
        """Known numbers: ISO 7812's example, the IBAN registry's, BIP 173's, and the first Bitcoin address."""
        assert checksums.luhn("7992739871") == "79927398713"
        assert checksums.iban("GB", "WEST12345698765432") == "GB82WEST12345698765432"
        program = bytes.fromhex("751e76e8199196d454941c45d1b3a323f1433bd6")
        assert checksums.bech32(program) == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
        first = bytes.fromhex("62e907b15cbf27d5425399ebf6f0fb50ebb88f18")
        assert checksums.base58check(0, first) == "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"

    def test_the_seed_decides(self) -> None:
        first, again, other = recall.exams(1), recall.exams(1), recall.exams(2)
        assert first == again
        assert not {one.text for one in first["secrets"]} & {one.text for one in other["secrets"]}
        assert {name: len(exam) for name, exam in first.items()} == {"secrets": 1_000, "paths": 500, "addresses": 500}


class TestContexts:
    def test_each_kind_stands_in_each_of_twelve(self, samples: list[Sample]) -> None:
        pairs = {(sample.secret.kind, sample.context) for sample in samples}
        names = {sample.secret.kind for sample in samples}
        assert len(contexts.CONTEXTS) == 12
        assert pairs == {(name, context) for name in names for context in contexts.CONTEXTS}

    def test_words_are_those_beside_the_secret(self, samples: list[Sample]) -> None:
        for sample in samples:
            assert sample.planted in sample.text
            around = words(sample.text.replace(sample.planted, " ", 1))
            assert not Counter(sample.words) - Counter(around)
            assert len(sample.words) >= 2

    def test_escaped_where_it_must_be(self) -> None:
        """What a JSON parser or a URL parser reads back is the secret."""
        secret = places.windows(random.Random(0))
        sample = contexts.plant(secret, "escaped json", random.Random(0))
        inner = sample.text[sample.text.index("{") : sample.text.index("}") + 1]
        assert json.loads(json.loads(f'"{inner}"'))["note"] == secret.text
        assert "\\" not in contexts.plant(secret, "url query", random.Random(0)).text


class TestRecall:
    def test_nothing_done_is_no_recall_and_no_loss(self, samples: list[Sample]) -> None:
        found = recall.measure(tool(lambda text: text), samples)
        assert found.safe == 0
        assert found.share_of_words == 1
        assert len(found.leaked) == 1_000

    def test_all_removed_is_full_recall_and_full_loss(self, samples: list[Sample]) -> None:
        found = recall.measure(tool(lambda text: "[gone]"), samples)
        assert found.share == 1
        assert found.share_of_words == 0

    def test_six_characters_are_a_leak_and_five_are_none(self) -> None:
        [sample] = contexts.samples([kinds.jwt], random.Random(0), 1)
        part = sample.secret.parts[-1]
        for length, safe in ((PIECE, 0), (PIECE - 1, 1)):
            left = sample.text.replace(sample.planted, f"[gone]{part[9 : 9 + length]} ")
            assert recall.measure(tool(lambda text, left=left: left), [sample]).safe == safe  # type: ignore[misc]

    def test_a_percent_encoded_leak_is_one(self) -> None:
        assert survivor(("ann@example.org",), "to=%61&to=ann%40example.org")
        assert survivor(("fe80::1",), "[gone]") is None

    def test_one_lost_word_is_counted(self, samples: list[Sample]) -> None:
        sample = next(one for one in samples if one.context == "comma")
        left = sample.text.replace(sample.planted, "[gone]").replace("everything", "")
        found = recall.measure(tool(lambda text: left), [sample])
        assert (found.safe, found.words - found.words_kept) == (1, 1)
        assert found.lost == [(sample, left)]

    def test_a_second_pass_that_changes_more_is_counted(self, samples: list[Sample]) -> None:
        assert recall.measure(tool(lambda text: text[1:]), samples[:7]).unstable == 7

    def test_a_marker_is_no_word_unless_the_text_has_it(self) -> None:
        marks = re.compile(r"\[gone\]")
        assert kept(["gone"], unmarked("[gone]", "gone", marks)) == (0, 1)
        assert kept(["gone"], unmarked("[gone]", "it is [gone]", marks)) == (1, 1)
        assert lost(["a", "b", "a"], "a") == ["a", "b"]

    def test_shares_by_context(self, samples: list[Sample]) -> None:
        found = recall.measure(tool(lambda text: text if text.startswith("While") else ""), samples)
        shares = found.by("context")
        assert shares.pop("comma") == 0
        assert set(shares.values()) == {1.0}
        assert {where for _, _, where in recall.crossed(found.leaked)} >= {"comma 1"}


class TestSentences:
    def test_texts_of_raise_statements(self, tmp_path: Path) -> None:
        (tmp_path / "tests").mkdir()
        for name in ("a.py", "tests/b.py"):
            (tmp_path / name).write_text(
                "raise A('one two three')\n"
                "raise B(f'four {x} five six seven {y!r} eight')\n"
                "raise C('nine ten %s eleven' % x, 3, key='a b c ' + d)\n"
                "raise D('twelve {} thirteen'.format(x)) from None\n"
                "raise E; E('not this one')\n"
                f"raise {name[0].upper()}F('only in {name}')\n"
            )
        found = {text for file in sentences._files(tmp_path) for text in sentences._of_file(file)}
        assert found == {
            *("one two three", "five six seven", "nine ten %s eleven", "a b c", "only in a.py"),
        }

    def test_a_lost_word_is_counted(self) -> None:
        texts = ["one two two", "three four five"]
        found = sentences.measure(tool(lambda text: text.replace("two", "[gone]", 1)), texts)
        assert (found.words, found.words_kept, found.lost) == (6, 5, [(texts[0], "one [gone] two", ["two"])])


class TestFields:
    def test_thirty_and_more_by_eight_kinds(self) -> None:
        assert len(fields.FIELDS) == 30
        probes = list(fields.probes(1, fields.FIELDS))
        assert len(probes) == 240
        assert len({secret.kind for _, secret, _ in probes}) == 8

    def test_every_probe_is_an_event_with_its_secret(self) -> None:
        """Else a field that Sentry throws away, or one that is not read, would count as safe."""
        valid = peers.validator()
        assert valid is not None
        assert valid(fields.event())
        for name, secret, made in fields.probes(1, BOTH):
            left = "\n".join(fields.strings(made))
            for part in secret.parts:
                assert survivor([part], left), name
            assert valid(made), (name, secret.kind)

    def test_nothing_done_leaks_all(self) -> None:
        found = fields.measure(tool(str), 1, fields.FIELDS, None)
        assert (len(found.leaked), found.probes, found.invalid, found.ungrouped) == (240, 240, [], [])

    def test_a_ruined_event_is_counted(self) -> None:
        def ruined(event: dict[str, Any]) -> object:
            return {"exception": {"values": [{"type": "Error"}]}, "platform": 3}

        found = fields.measure(tool(str, ruined), 1, {"tags": fields.FIELDS["tags"]}, peers.validator())
        assert (len(found.leaked), len(found.invalid), len(found.ungrouped)) == (0, 8, 8)

    def test_a_refused_event_is_counted_apart(self) -> None:
        found = fields.measure(tool(str, lambda event: None), 1, {"tags": fields.FIELDS["tags"]}, None)
        assert (found.refused, found.probes, found.leaked, found.ungrouped) == (8, 8, [], [])


class TestGrowth:
    def test_slope(self) -> None:
        assert growth.slope([(size, 3e-9 * size**2) for size in growth.SIZES]) == pytest.approx(2)
        assert growth.slope([(size, 5e-7 * size) for size in growth.SIZES]) == pytest.approx(1)

    def test_families_are_many_and_of_the_length_asked_for(self) -> None:
        found = growth.families()
        assert len(found) >= 100
        texts = {name: family(1_000) for name, family in found.items()}
        assert {len(text) for text in texts.values()} == {1_000}
        assert len(set(texts.values())) == len(texts)


class TestCosts:
    def test_the_event_has_the_size_it_is_said_to_have(self) -> None:
        event = workload.event("a")
        texts = list(workload.texts(event))
        assert 36_000 <= len(json.dumps(event)) <= 40_000
        assert 850 <= len(texts) <= 950

    def test_a_cold_event_is_another(self) -> None:
        """Lines, values and names differ; versions, levels and the like may be the same."""
        first, second = (list(workload.texts(workload.event(seed))) for seed in "ab")
        long = {text for text in first if len(text) > 24}
        assert len(long) > 250
        assert len(long & set(second)) <= 1
        assert not set(workload.sentences("a", 500)) & set(workload.sentences("b", 500))

    def test_sentences_are_clean(self) -> None:
        for text in workload.sentences("a", 500):
            assert len(text) == 60
            assert scrub_text(text) is text

    def test_rules_one_by_one_find_what_the_engine_finds(self) -> None:
        for text in ("mail to ann@example.com", "from 10.1.2.3", "password=hunter22", "open /home/ann/x.txt"):
            assert one_by_one.find(text) >= 1
        assert one_by_one.find("the order was empty") == 0


class TestCommand:
    def test_a_missing_peer_is_named_and_the_rest_goes_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(name: str) -> Tool:
            raise RuntimeError("no model")

        monkeypatch.setattr(peers, "_PEERS", {"nobody-has-this": broken, "pytest": broken, "pyyaml": lambda name: name})
        found, missing = peers.available()
        assert [str(one).split()[0] for one in found] == ["pyyaml"]
        assert missing["pytest"] == "RuntimeError: no model"
        assert "PackageNotFoundError" in missing["nobody-has-this"]

    def test_a_part_alone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for name in ("SECRETS", "PATHS", "ADDRESSES"):
            monkeypatch.setattr(recall, name, 24)
        file = tmp_path / "x.json"
        arguments = ["--only", "recall", "--no-peers", "--json", str(file), "--leaked", "--lost", "--kinds"]
        assert command.main(arguments) == 0
        printed = capsys.readouterr()
        assert "24 secrets" in printed.out
        assert "growth" not in printed.out
        assert "recall: paths, tightlip" in printed.err
        numbers = json.loads(file.read_text())
        assert numbers["recall"]["tightlip"]["secrets"]["texts"] == 24
        assert sum(numbers["recall"]["tightlip"]["secrets"]["by_context"].values()) <= 12


class TestOurs:
    """A small sample of another seed; the whole is what `make scrub-figures` prints."""

    SEED = "small sample"

    @pytest.mark.parametrize("exam", ["secrets", "paths", "addresses"])
    def test_no_leak_and_hardly_a_loss(self, exam: str) -> None:
        makes = {"secrets": kinds.KINDS, "paths": places.PATHS, "addresses": places.ADDRESSES}[exam]
        found = recall.measure(own()[0], contexts.samples(makes, random.Random(f"{self.SEED} {exam}"), 132))
        assert [(sample.text, result) for sample, result in found.leaked] == []
        assert found.unstable == 0
        assert found.share_of_words >= 0.98

    def test_no_leak_in_fields_and_no_ruin(self) -> None:
        ours, strict = own()
        found = fields.measure(ours, 7, BOTH, peers.validator())
        assert (found.refused, found.leaked, found.invalid) == (0, [], [])
        assert (found.ungrouped, found.unstable) == ([], [])
        assert fields.measure(strict, 7, BOTH, None).leaked == []
