"""Creation sites: where an exception was made, and that nothing else about its class changes."""

from __future__ import annotations

import copy
import gc
import inspect
import itertools
import pickle
import sys
import threading
import traceback
import weakref
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, last_value, reporter_for

from tightlip.creations import SIZE, TAKEN, Creations
from tightlip.origin.attribution import line_at
from tightlip.origin.owners import Owners
from tightlip.origin.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from probe import MakePackage

    from tightlip.capture import FrameSnapshot

SDK = '''
import functools
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
seen = []

class Error(Exception):
    """The base."""

class Other(Exception):
    pass

class Plain(Error):
    pass

class Init(Error):
    def __init__(self, name, *, code=7):
        super().__init__(f"no {name}")
        self.name, self.code = name, code
    def __reduce__(self):
        return functools.partial(type(self), self.name, code=self.code), ()

class Keywords(Error):
    def __init__(self, *, name):
        self.name = name
    def __repr__(self):
        return f"Keywords({self.name})"

class Slots(Error):
    __slots__ = ("name",)
    def __init__(self, name):
        super().__init__(name)
        self.name = name

class Stateful(Error):
    def __getstate__(self):
        return {"kept": 1}
    def __setstate__(self, state):
        self.state = state

class New(Error):
    def __new__(cls, name, extra=1):
        made = super().__new__(cls, name, extra)
        made.extra = extra
        return made

class Below(New):
    pass

class Registered(Error):
    def __init_subclass__(cls, **options):
        seen.append((cls.__name__, options))
        super().__init_subclass__()

class InRegistry(Registered, flag=1):
    pass

@dataclass
class Data(Error):
    name: str
    sizes: list = field(default_factory=list)

@dataclass(frozen=True, eq=True)
class Frozen(Error):
    name: str = "x"

class Both(Error, Other):
    pass

class Typed(Error, Generic[T]):
    pass

class Meta(type):
    def __call__(cls, *args, **kwargs):
        return super().__call__(*args, **kwargs)
    def __eq__(cls, other):
        raise AssertionError("asked")
    __hash__ = None

class WithMeta(Error, metaclass=Meta):
    pass

def decorated(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)
    return inner

class Decorated(Error):
    @decorated
    def __new__(cls, *args):
        return super().__new__(cls, *args)

class Group(ExceptionGroup):
    def derive(self, errors):
        return Group(self.message, errors)

class NewGroup(ExceptionGroup):
    def __new__(cls, errors, code=3):
        made = super().__new__(cls, "several", errors)
        made.code = code
        return made
    def derive(self, errors):
        return NewGroup(errors, self.code)

class Connection(Error, ConnectionError):
    def __init__(self, reason, *, host=None):
        super().__init__(111, reason)
        self.host = host

class Timeout(Error, TimeoutError):
    pass

def make(cls, *args, **kwargs):
    return cls(*args, **kwargs)

def fail(name):
    raise Error(f"no workspace {name} here")

def fail_bare():
    raise Error

def fail_init(name):
    raise Init(name)

def stored(future, name):
    error = Error(f"no slot for {name}")
    future.set_exception(error)
'''

#: What the classes are asked for, with and without a record; each must answer the same.
QUESTIONS = """
Error()
Error("a", 1)
Error(a=1)
Plain("a").args
Plain(a=1)
Init("a").args
Init("a", code=8).code
Init()
Init("a", 8)
Init(nme="a")
Keywords(name="a").args
Keywords("a")
Keywords()
repr(Keywords(name="a")), str(Keywords(name="a"))
Slots("a").name
Slots("a").__dict__
Slots()
New("a").args, New("a").extra
New("a", extra=2).args
New()
New("a", other=1)
Below("a", 3).extra
Data("a").sizes, Data("a").args, repr(Data("a"))
Data()
Data("a") == Data("a")
Frozen("b") == Frozen("b"), hash(Frozen("b")) == hash(Frozen("b"))
Both("a", 2).args
Typed("a").args
Typed[int]("a").args
WithMeta("a").args
Decorated("a").args
seen
Group("g", [ValueError(1)]).exceptions[0].args
Group("g", [])
Group("g")
Group("g", [ValueError(1), OSError(2)]).split(OSError)[0].message
type(Group("g", [ValueError(1), OSError(2)]).subgroup(OSError)).__name__
NewGroup([ValueError(1), OSError(2)], code=5).split(OSError)[1].code
NewGroup()
Connection("refused", host="h").args
Connection("refused", host="h").errno, Connection("refused").strerror, str(Connection("refused"))
Connection()
Timeout(110, "late", "f").errno, Timeout(110, "late", "f").filename, Timeout("x").args
[name for name in vars(Plain)], [name for name in vars(Init)]
Plain.__mro__[1:3], Plain.__subclasses__()
Error.__doc__, Error.__init__ is Exception.__init__, Error.__reduce__ is Exception.__reduce__
Error.__new__(Error, 1).args, New.__new__(New, 1).args, New.__new__.__name__, New.__new__.__qualname__
Error.__basicsize__, Error.__dictoffset__, Error.__weakrefoffset__
isinstance(Error(), Error), isinstance(Error(), Plain), issubclass(Both, Other)
type("Later", (Error,), {"__init__": lambda self, *, a: None})(a=1).args
type("LaterNew", (Error,), {"__new__": lambda cls, a: Exception.__new__(cls, a, 2)})(a=1).args
type("LaterBoth", (Plain, Both), {})("a").args
type("LaterTimeout", (Timeout,), {"__init__": lambda self, a, *, b: super(type(self), self).__init__(5, a)})("x", b=1).errno
""".strip().splitlines()

CLASSES = ("Error", "Other", "New", "Group", "NewGroup")
ALL = [
    "Error",
    "Other",
    "Plain",
    "Init",
    "Keywords",
    "Slots",
    "Stateful",
    "New",
    "Below",
    "Registered",
    "InRegistry",
    "Data",
    "Frozen",
    "Both",
    "Typed",
    "WithMeta",
    "Decorated",
    "Group",
    "NewGroup",
    "Connection",
    "Timeout",
]


def answer(module: ModuleType, question: str) -> str:
    """What an expression gives inside ``module``, in a form to compare."""
    try:
        found = eval(question, dict(vars(module)))
    except Exception as error:
        found = (type(error).__name__, str(error))
    return repr(found).replace(module.__name__, "MODULE")


def creations_of(*packages: str, size: int = SIZE) -> Creations:
    return Creations(Sources(Owners(packages)), size)


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return make_package("probe_made", SDK)


@pytest.fixture
def made(sdk: Any) -> Iterator[Creations]:
    creations = creations_of("probe_made")
    creations.record(*(getattr(sdk, name) for name in CLASSES))
    yield creations
    creations.forget()


def place(found: FrameSnapshot | None) -> tuple[str, int]:
    """The name of the code and the line."""
    assert found is not None
    line = line_at(found.code, found.offset)
    assert line is not None
    return found.code.co_name, line


def here(depth: int = 1) -> tuple[str, int]:
    frame = sys._getframe(depth)
    return frame.f_code.co_name, frame.f_lineno


class TestNothingElseChanges:
    @pytest.mark.parametrize("question", QUESTIONS)
    def test_answers_are_the_same(self, make_package: MakePackage, question: str) -> None:
        """What classes make, say and refuse is equal with a record, without one and after it, to the word."""
        before = make_package("probe_before", SDK)
        after = make_package("probe_after", SDK)
        creations = creations_of("probe_after")
        creations.record(*(getattr(after, name) for name in CLASSES))
        if not question.startswith("[name for"):
            assert answer(after, question) == answer(before, question)
        creations.forget()
        assert answer(after, question) == answer(before, question)

    @pytest.mark.parametrize("name", ALL)
    def test_signatures_are_the_same(self, sdk: Any, name: str) -> None:
        """``inspect.signature`` says the same, or refuses with the same words."""

        def told() -> str:
            try:
                return str(inspect.signature(getattr(sdk, name)))
            except (ValueError, AssertionError) as error:
                return f"refused: {error}"

        before = told()
        creations = creations_of("probe_made")
        creations.record(*(getattr(sdk, one) for one in CLASSES))
        during = told()
        creations.forget()
        assert (during, told()) == (before, before)

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_pickling(self, made: Creations, sdk: Any, protocol: int) -> None:
        """Exceptions go through pickle with their class, arguments and attributes."""
        for error in (sdk.Error("a", 1), sdk.Init("a", code=9), sdk.New("a", 2), sdk.Timeout(110, "x"), sdk.Typed("a")):
            error.note = "n"
            back = pickle.loads(pickle.dumps(error, protocol))
            assert type(back) is type(error)
            assert back.args == error.args
            if type(error) is not sdk.Init:
                assert vars(back) == vars(error)
        assert pickle.loads(pickle.dumps(sdk.Stateful("a"), protocol)).args == ("a",)

    def test_copies(self, made: Creations, sdk: Any) -> None:
        """``copy`` and ``deepcopy`` give equal objects of the same class."""
        for error in (
            sdk.Error(["a"]),
            sdk.Init("a"),
            sdk.New("a"),
            sdk.Data("a", [1]),
            sdk.Group("g", [sdk.Error(1)]),
        ):
            for back in (copy.copy(error), copy.deepcopy(error)):
                assert type(back) is type(error)
                assert repr(back) == repr(error)
                assert back is not error

    def test_objects_die_at_once(self, made: Creations, sdk: Any) -> None:
        """With the last reference, without the collector."""
        gc.disable()
        try:
            for name in ("Error", "Both", "New"):
                gone: list[int] = []
                error = getattr(sdk, name)("a")
                weakref.finalize(error, gone.append, 1)
                del error
                assert gone == [1], name
        finally:
            gc.enable()

    def test_cycles_are_collected(self, made: Creations, sdk: Any) -> None:
        """An exception that holds itself dies with the next collection."""
        error = sdk.Error("a")
        error.own = error
        reference = weakref.ref(error)
        del error
        gc.collect()
        assert reference() is None

    def test_tracebacks_have_no_frame_of_ours(self, made: Creations, sdk: Any) -> None:
        """Neither where an exception is raised nor where its constructor is called wrongly."""
        for function, args in (
            (sdk.fail, ("a",)),
            (sdk.fail_bare, ()),
            (sdk.make, (sdk.Init,)),
            (sdk.fail_init, ("a",)),
        ):
            error = failure(function, *args)
            names = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
            assert not any("creations" in name for name in names)

    def test_except_star(self, made: Creations, sdk: Any) -> None:
        """A group is split into its own class, by its own ``derive``."""
        caught: list[Any] = []
        with pytest.raises(sdk.Group) as rest:  # noqa: SIM117 - the statement below is what is tested
            with pytest.MonkeyPatch.context():
                try:
                    raise sdk.Group("g", [ValueError(1), KeyError(2)])
                except* ValueError as group:
                    caught.append(group)
        assert [type(one) for one in caught] == [sdk.Group]
        assert [type(one) for one in rest.value.exceptions] == [KeyError]

    def test_templates_are_found_as_before(self, sdk: Any) -> None:
        """The rules of classes see no ``__new__`` that changes arguments."""
        reporter = reporter_for("probe_made")
        before = [reporter.preview(failure(function, "x")) for function in (sdk.fail, sdk.fail_init)]
        reporter.record_creations(sdk.Error)
        after = [reporter.preview(failure(function, "x")) for function in (sdk.fail, sdk.fail_init)]
        assert [last_value(event) for event in after] == [last_value(event) for event in before]
        assert last_value(after[0])["value"] == "no workspace {name} here"
        reporter.close()


class TestSites:
    @pytest.mark.parametrize(
        "name", ["Error", "Plain", "New", "Below", "Both", "WithMeta", "Decorated", "Slots", "InRegistry"]
    )
    def test_it_is_the_caller_of_the_class(self, made: Creations, sdk: Any, name: str) -> None:
        """Not a ``__new__`` of the hierarchy, a decorator of one, or a metaclass."""
        error = getattr(sdk, name)("a")
        line = here()[1] - 1
        assert place(made.of(error)) == ("test_it_is_the_caller_of_the_class", line)

    def test_forms_of_calls(self, made: Creations, sdk: Any) -> None:
        """Keywords, a generic alias, a group, and a class that is raised without a call."""
        for error, line in (
            (sdk.Keywords(name="a"), here()[1]),
            (sdk.Typed[int]("a"), here()[1]),
            (sdk.Group("g", [ValueError()]), here()[1]),
            (sdk.NewGroup([ValueError()]), here()[1]),
            (sdk.Data("a"), here()[1]),
        ):
            assert place(made.of(error)) == ("test_forms_of_calls", line)
        assert place(made.of(failure(sdk.fail_bare)))[0] == "fail_bare"
        assert place(made.of(sdk.make(sdk.Init, "a")))[0] == "make"

    def test_stored_errors(self, made: Creations, sdk: Any) -> None:
        """An error that is set on a future, and never raised, has a site."""
        future: Future[None] = Future()
        sdk.stored(future, "a")
        error = future.exception()
        assert error is not None
        assert error.__traceback__ is None
        assert place(made.of(error))[0] == "stored"

    def test_a_class_defined_later(self, made: Creations, sdk: Any) -> None:
        """Subclasses inherit the record, with a ``__new__`` of their own too."""

        class Later(sdk.Error):  # type: ignore[misc]
            pass

        class LaterNew(Later):
            def __new__(cls, *args: Any) -> Any:
                return super().__new__(cls, *args)

        assert place(made.of(Later("a")))[1] == here()[1]
        assert place(made.of(LaterNew("a")))[1] == here()[1]

    def test_an_object_is_remembered_once(self, made: Creations, sdk: Any) -> None:
        """Also one of two recorded bases."""
        before = len(made._ring)
        kept = sdk.Both("a"), sdk.Below("a")
        assert len(made._ring) == before + len(kept)

    def test_the_ring_is_bounded(self, sdk: Any) -> None:
        """The oldest sites are forgotten."""
        creations = creations_of("probe_made", size=4)
        creations.record(sdk.Error)
        errors = [sdk.Error(number) for number in range(6)]
        assert [creations.of(error) is None for error in errors] == [True, True, False, False, False, False]
        creations.forget()

    def test_an_address_that_is_used_again(self, made: Creations, sdk: Any) -> None:
        """An object at the address of a remembered one has no site of its own."""
        ring = made._ring
        for _ in range(100):
            error = sdk.Error("a")
            address = id(error)
            del error
            other = Exception.__new__(sdk.Error, "b")  # made past the record
            assert made.of(other) is None
            if id(other) == address:
                break
        assert any(reference() is None for reference, _, _ in ring)

    def test_classes_without_weak_references(self, made: Creations, make_package: MakePackage) -> None:
        """They are made as ever; their site is unknown."""
        module: Any = make_package("probe_slots", "class Bare(Exception):\n    __slots__ = ()\n")
        creations = creations_of("probe_slots")
        creations.record(module.Bare)
        error = module.Bare("a")
        assert error.args == ("a",)
        assert creations.of(error) is None
        creations.forget()

    def test_threads(self, made: Creations, sdk: Any) -> None:
        """Each object has the site that made it, whatever others make at the same time."""
        makers = [compile(f"def site_{n}(cls, number):\n    return cls(number)\n", f"<{n}>", "exec") for n in range(4)]
        wrong: list[object] = []

        def work(number: int) -> None:
            namespace: dict[str, Any] = {}
            exec(makers[number], namespace)
            site = namespace[f"site_{number}"]
            for one in range(300):
                error = site(sdk.Both, one)
                found = made.of(error)
                if found is None or found.code is not site.__code__:
                    wrong.append(found)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []

    def test_no_other_object_has_one(self, made: Creations, sdk: Any) -> None:
        """Not the interpreter's exceptions, and no OSErrors of the SDK."""
        for error in (ValueError("a"), OSError(2, "a"), sdk.Connection("a"), sdk.Timeout(1, "a"), KeyboardInterrupt()):
            assert made.of(error) is None

    def test_liars_are_not_asked(self, made: Creations, sdk: Any) -> None:
        """Neither ``__class__``, equality nor hash of the object runs."""

        def asked(*_: object) -> Any:
            raise AssertionError("asked")

        liar = type(
            "Liar",
            (sdk.Error,),
            {"__class__": property(asked), "__eq__": asked, "__hash__": asked, "__getattribute__": asked},
        )
        error = liar("a")
        assert place(made.of(error))[1] == here()[1] - 1


class TestRecordAndForget:
    def test_forgetting_restores(self, sdk: Any) -> None:
        """Each class has the same names, and the same ``__new__``, as before."""
        before = {name: dict(vars(getattr(sdk, name))) for name in ALL}
        creations = creations_of("probe_made")
        creations.record(*(getattr(sdk, name) for name in CLASSES))
        assert "__new__" in vars(sdk.Error)
        creations.forget()
        for name, names in before.items():
            now = dict(vars(getattr(sdk, name)))
            assert list(now) == list(names)
            assert all(now[key] is names[key] for key in names)
        assert creations.of(sdk.Error("a")) is None

    @pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
    def test_several_at_once(self, sdk: Any, order: tuple[int, ...]) -> None:
        """Each has its own sites until it forgets, in any order; the last one restores."""
        before = {name: list(vars(getattr(sdk, name))) for name in ALL}
        several = [creations_of("probe_made") for _ in range(3)]
        several[0].record(sdk.Error)
        several[1].record(sdk.Error, sdk.Other)
        several[2].record(sdk.Other, sdk.New)
        left = set(range(3))
        for number in order:
            error = sdk.Both("a"), sdk.Below("a")
            assert [several[one].of(error[0]) is not None for one in range(3)] == [one in left for one in range(3)]
            several[number].forget()
            left.discard(number)
            assert sdk.Connection("x", host="h").errno == 111
        assert {name: list(vars(getattr(sdk, name))) for name in ALL} == before

    def test_recording_twice_is_recording_once(self, sdk: Any) -> None:
        """And one ``forget`` ends it."""
        creations = creations_of("probe_made")
        creations.record(sdk.Error, sdk.Error)
        creations.record(sdk.Error)
        sdk.Error("a")
        assert len(creations._ring) == 1
        creations.forget()
        creations.forget()
        assert "__new__" not in vars(sdk.Error)

    def test_someone_elses_new_on_top_stays(self, sdk: Any) -> None:
        """Forgetting below it leaves it working."""
        creations = creations_of("probe_made")
        creations.record(sdk.Error)
        inner = sdk.Error.__new__

        def other(cls: Any, *args: Any) -> Any:
            return inner(cls, *args)

        sdk.Error.__new__ = staticmethod(other)
        creations.forget()
        assert vars(sdk.Error)["__new__"].__func__ is other
        assert sdk.Error("a").args == ("a",)

    @pytest.mark.parametrize("cls", [Exception, ValueError, pickle.PickleError, KeyboardInterrupt])
    def test_foreign_classes_are_refused(self, sdk: Any, cls: type[BaseException]) -> None:
        """With their name and what to give; and then none of the others is recorded."""
        creations = creations_of("probe_made")
        with pytest.raises(
            ValueError, match=rf"{cls.__name__} is no class of probe_made; give classes that it defines"
        ):
            creations.record(sdk.Error, cls)
        assert "__new__" not in vars(sdk.Error)

    def test_made_up_classes_are_refused(self, sdk: Any) -> None:
        """A class that no source of the SDK names is not the SDK's."""
        forged = type("Error", (Exception,), {"__module__": "probe_made"})
        with pytest.raises(ValueError, match="no class of"):
            creations_of("probe_made").record(forged)

    def test_oserrors_are_refused(self, sdk: Any) -> None:
        """Their constructor must stay the interpreter's."""
        with pytest.raises(ValueError, match="is an OSError"):
            creations_of("probe_made").record(sdk.Connection)

    @pytest.mark.parametrize("given", [None, "acme.Error", 5, int, object(), ValueError("x")])
    def test_other_things_are_refused(self, sdk: Any, given: Any) -> None:
        """Only exception classes make exceptions."""
        with pytest.raises(TypeError, match="give exception classes"):
            creations_of("probe_made").record(given)

    @pytest.mark.parametrize(
        "form", ["classmethod(lambda *a: None)", "5", "property(len)", "functools.partialmethod(len)"]
    )
    def test_a_new_that_is_no_function_is_refused(self, make_package: MakePackage, form: str) -> None:
        """What the interpreter makes of it cannot be passed on."""
        module = make_package("probe_odd", f"import functools\nclass Odd(Exception):\n    pass\nOdd.__new__ = {form}\n")
        with pytest.raises(ValueError, match="is no function; make it one"):
            creations_of("probe_odd").record(module.Odd)

    @pytest.mark.parametrize(
        "form", ["Exception.__new__", "ValueError.__new__", "functools.partial(Exception.__new__)"]
    )
    def test_a_new_of_another_kind_is_called(self, make_package: MakePackage, form: str) -> None:
        """As it would be without a record."""
        base = "ValueError" if "Value" in form else "Exception"
        module: Any = make_package("probe_odd", f"import functools\nclass Odd({base}):\n    __new__ = {form}\n")
        creations = creations_of("probe_odd")
        before = vars(module.Odd)["__new__"]
        creations.record(module.Odd)
        error = module.Odd("a", 2)
        assert place(creations.of(error))[1] == here()[1] - 1
        assert error.args == ("a", 2)
        creations.forget()
        assert vars(module.Odd)["__new__"] is before

    def test_a_late_oserror_is_made_without_an_error(self, made: Creations, sdk: Any) -> None:
        """What the interpreter would have read of its arguments is missing, as the module says."""

        class Late(sdk.Error, ConnectionError):  # type: ignore[misc]
            def __init__(self, reason: str, *, host: str) -> None:
                super().__init__(111, reason)
                self.host = host

        error = Late("refused", host="h")
        assert (error.args, error.host, error.errno) == (("refused",), "h", None)
        made.forget()
        again = Late("refused", host="h")
        assert (again.args, again.host, again.errno) == (("refused",), "h", None)
        assert sdk.Connection("refused", host="h").errno == 111
        assert made.of(again) is None
        assert "__new__" not in vars(sdk.Other)


class TestReporter:
    def test_a_snapshot_holds_the_site(self, sdk: Any) -> None:
        """Under its name, for each link whose class is recorded; `close` ends it."""
        reporter = reporter_for("probe_made")
        reporter.record_creations(sdk.Error)
        error = failure(sdk.fail, "a")
        _, hint = reporter._taken(error)
        assert place(hint["snapshot"].links[0].taken[TAKEN])[0] == "fail"
        reporter.close()
        assert "__new__" not in vars(sdk.Error)
        _, hint = reporter._taken(error)
        assert TAKEN not in hint["snapshot"].links[0].taken

    def test_a_reporter_alone_records_nothing(self, sdk: Any) -> None:
        """Nothing is installed before it is asked for."""
        reporter = reporter_for("probe_made")
        reporter.preview(failure(sdk.fail, "a"))
        assert not any("__new__" in vars(getattr(sdk, name)) for name in ("Error", "Other", "Plain", "Init"))


class TestMessages:
    """What is made in one place and raised in another has the template of the place that made it."""

    SDK = """
from concurrent.futures import Future

class AcmeError(Exception):
    pass

class Worker:
    def __init__(self, name):
        self.error = AcmeError(f"worker {name} has died")

    def join(self):
        raise self.error

def call(name):
    future = Future()
    future.set_exception(AcmeError("the call of %s was refused" % name))
    return future

def wait(name):
    return call(name).result()

def never_raised(name):
    return AcmeError(f"never raised for {name}")

def group(names):
    raise ExceptionGroup("several", [AcmeError(f"no {name}") for name in names])
"""

    def test_stored_and_set(self, make_package: MakePackage) -> None:
        """A stored error, a future's, one that was never raised, and the members of a group."""
        sdk = make_package("made_elsewhere", self.SDK)
        reporter = reporter_for("made_elsewhere")
        assert "value" not in last_value(reporter.preview(failure(sdk.Worker("s3cr3t").join)))
        reporter.record_creations(sdk.AcmeError)
        try:
            said = [
                last_value(reporter.preview(exc))["value"]
                for exc in (
                    failure(sdk.Worker("s3cr3t").join),
                    failure(sdk.wait, "s3cr3t"),
                    sdk.never_raised("s3cr3t"),
                )
            ]
            event = reporter.preview(failure(sdk.group, ["s3cr3t", "t0p"]))
        finally:
            reporter.close()
        assert said == ["worker {name} has died", "the call of {name} was refused", "never raised for {name}"]
        assert event is not None
        assert [value.get("value") for value in event["exception"]["values"]] == [
            "no {name}",
            "no {name}",
            "several ({count} sub-exceptions)",
        ]
