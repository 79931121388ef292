"""A command that is broken: how it is prepared, called, and known to be done. One class each, one object a run."""
from judge import Store, require


class Command:
    """`before` is the judged case as prepared; `now` as it is."""

    server = None  # the provider that it needs: oauth (a real OAuth server) or records (very many devices)

    tells_unread = False  # with exit 3 or 4: what is on the unit and could not be read is not recorded

    tells_findings = False  # on standard output, with exit 6: what could not be looked at is one

    stretches = False  # a passphrase, which takes a while: of samples, it gets a quarter

    only_reads = False  # SQLite's readers do not tidy up after themselves

    def prepare(self, world):
        world.rekey("init", "--organization", "Fleet")

    def arguments(self, world):
        raise NotImplementedError

    def done(self, world, before, now):
        raise NotImplementedError

    def sound(self, world, before, now):
        """What holds after any fault, beside what the judge asks of every home."""

    def is_finished(self, world):
        """Whether the work is done and cannot be asked for again: what is there already is not written over."""
        return False

    def works(self, world):
        """Asked only where a run without fault has ended."""


def now_in(world, query):
    """In a copy: looking leaves nothing behind."""
    store = Store(world.case / "home", world.root / "looked")
    try:
        return store.one(query)
    finally:
        store.close()


def units(world, *kinds, generate=True, reload="true"):
    """u1 with the kinds, u2 with the first of them."""
    for name, held in (("u1", kinds), ("u2", kinds[:1])):
        folder = world.case / "units" / name
        folder.mkdir(parents=True)
        types = [word for kind in held for word in ("--type", kind)]
        world.rekey("units", "add", name, f"dir:{folder}", "--reload", reload if name == "u1" else "", *types)
        if generate:
            world.rekey("certs", "generate", name)


def one_active_each(now, slots):
    require(now.store.count("certificates", "state = 'active'") == slots, "not every slot has one active certificate")
    require(len(list(now.slots())) == slots, "not every slot is filled")
    for unit, kind, _ in now.slots():
        require(now.recorded(unit, kind, now.number_in_use(unit, kind)) == {"active"}, f"{unit}/{kind}: not active")
