"""Shocks as a scenario file writes them: one table for each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, StringConstraints

from kizuna.floor.errors import near_names
from kizuna.floor.params import parameter, parameters
from kizuna.scenario.aimed import Shape, Spread
from kizuna.scenario.checked import Checked, Place, refusal
from kizuna.scenario.sealanes import load_sea_lanes
from kizuna.scenario.spreads import days, factor, increase, share, shown
from kizuna.scenario.targets import EVERYONE, Who

KINDS = ("capacity", "export", "link", "route", "demand", "hoarding")
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
Share = Annotated[Spread, PlainValidator(share)]
Increase = Annotated[Spread, PlainValidator(increase)]
Factor = Annotated[Spread, PlainValidator(factor)]
Days = Annotated[Spread, PlainValidator(days)]
NO_TIME = Spread(0.0, 0.0, 0.0)


def read_chokepoints(given: Any) -> tuple[str, ...]:
    """Read the ids of chokepoints, one or a list; raises ValidationError with every unknown one at its place."""
    known = tuple(load_sea_lanes().chokepoints)
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list | tuple) or not listed:
        raise ValueError(f"{shown(given)}; expected a list of chokepoints, such as {known[0]}")
    faults: list[tuple[Place, str]] = []
    for at, entry in enumerate(listed):
        if not isinstance(entry, str) or entry not in known:
            near = near_names(entry, known) if isinstance(entry, str) else ()
            hint = f"did you mean {' or '.join(near)}?" if near else f"expected one of {', '.join(known)}"
            faults.append(((at,), f"{shown(entry)} is not a chokepoint we know; {hint}"))
    if faults:
        raise refusal("chokepoints", faults)
    return tuple(listed)


class AnyShock(Checked):
    """What every shock has.

    Parameters
    ----------
    name
        Unique in the scenario.
    on
        Subjects of the scenario whose networks the shock acts on; empty for all of them.
    stages
        Stages of the network, or ids of what they hold (``HS92:260400``, ``c14``); empty for all.
    onset
        Days from the start of the run.
    duration, end
        Days at full depth, or the day counted from the start of the run on which full depth ends: exactly one of both.
    recovery, shape
        Days in which it fades, and how: ``step`` (at once), ``linear`` or ``exponential``. Without a shape, a shock
        with a recovery fades in a straight line.
    why
        What the figures of this shock rest on.
    """

    name: Name
    on: tuple[Text, ...] = ()
    stages: tuple[Text, ...] = ()
    onset: Days = NO_TIME
    duration: Days | None = None
    end: Days | None = None
    recovery: Days = NO_TIME
    shape: Shape | None = None
    why: str = ""

    @classmethod
    def between_fields(cls, given: Mapping[str, Any]) -> list[tuple[Place, str]]:
        """See :class:`Checked`."""
        faults = _between_times(given)
        shape, recovery = given.get("shape"), _read(days, given.get("recovery"))
        if shape == "step" and recovery is not None and recovery.high > 0:
            faults.append((("recovery",), f"{shown(given['recovery'])}; a shock of the shape step ends at once"))
        if shape in ("linear", "exponential") and (recovery or NO_TIME).high == 0 and "recovery" not in given:
            faults.append((("recovery",), f"missing; a shock of the shape {shape} fades over some time"))
        return faults

    @property
    def lasts(self) -> Spread:
        """Days at full depth, whichever way they were written."""
        if self.duration is not None:
            return self.duration
        end, onset = self.end or NO_TIME, self.onset.mode
        return Spread(end.low - onset, end.mode - onset, end.high - onset)

    @property
    def fades(self) -> Shape:
        """The shape, written or implied."""
        return self.shape or ("linear" if self.recovery.high > 0 else "step")


class CapacityShock(AnyShock):
    """Output of some economies falls by ``depth``: a mine that stops, a harvest that fails, a wave of illness."""

    kind: Literal["capacity"]
    economies: Who
    depth: Share


class ExportShock(AnyShock):
    """All foreign sales of some economies fall by ``depth``: an export ban, quota or licensing."""

    kind: Literal["export"]
    economies: Who
    depth: Share


class LinkShock(AnyShock):
    """Trade from ``suppliers`` to ``buyers`` falls.

    Parameters
    ----------
    measure
        ``ban``, ``embargo`` and ``quota`` state the share cut as ``depth``; a ``tariff`` its ``rate`` and the
        ``elasticity`` of trade to the price, of which the cut follows as ``1 - (1 + rate) ** -elasticity``.
    elasticity_source
        Who says so.
    """

    kind: Literal["link"]
    measure: Literal["ban", "embargo", "tariff", "quota"]
    suppliers: Who = EVERYONE
    buyers: Who = EVERYONE
    depth: Share | None = None
    rate: Increase | None = None
    elasticity: Factor | None = None
    elasticity_source: str = ""

    @classmethod
    def between_fields(cls, given: Mapping[str, Any]) -> list[tuple[Place, str]]:
        """See :class:`Checked`."""
        faults = super().between_fields(given)
        if "suppliers" not in given and "buyers" not in given:
            faults.append((("suppliers",), "missing, and so are buyers; expected at least one of them"))
        tariff = given.get("measure") == "tariff"
        needed = ("rate", "elasticity", "elasticity_source") if tariff else ("depth",)
        faults += [((field,), f"missing; a {given.get('measure')} needs it") for field in needed if field not in given]
        unused = ("depth",) if tariff else ("rate", "elasticity", "elasticity_source")
        return faults + [
            ((field,), f"not a field of {shown(given.get('measure'))}; leave it out")
            for field in unused
            if field in given
        ]

    @property
    def cut(self) -> Spread:
        """Share cut; of a tariff by its elasticity."""
        if self.depth is not None:
            return self.depth
        rate, elasticity = self.rate or NO_TIME, self.elasticity or NO_TIME
        ends = zip((rate.low, rate.mode, rate.high), (elasticity.low, elasticity.mode, elasticity.high), strict=True)
        return Spread(*(1 - (1 + one) ** -power for one, power in ends))


class RouteShock(AnyShock):
    """Passages at sea close.

    Parameters
    ----------
    chokepoints
        Ids of the sea lanes; closed together.
    depth
        Share of the passage that is closed.
    detour
        Share of the flows without passage that take a longer way where there is one; without one nothing does.
    delay
        Extra days of the longer way, for all flows; left out, the lanes give them.
    suppliers, buyers
        Only flows from and to these.
    """

    kind: Literal["route"]
    chokepoints: Annotated[tuple[str, ...], PlainValidator(read_chokepoints)]
    depth: Share
    detour: Share | None = None
    delay: Days | None = None
    suppliers: Who = EVERYONE
    buyers: Who = EVERYONE

    @property
    def takes_detour(self) -> Spread:
        """Share that takes a longer way, written or assumed."""
        assumed = parameters()["detour_share"]
        return self.detour or Spread(assumed.low, parameter("detour_share"), assumed.high)


class DemandShock(AnyShock):
    """Final use in some economies rises by ``surge``, a share of the base: 0.5 is half as much again."""

    kind: Literal["demand"]
    economies: Who
    surge: Increase


class HoardingShock(AnyShock):
    """Users in some economies want a stock larger by ``surge``, a share of the base."""

    kind: Literal["hoarding"]
    economies: Who
    surge: Increase


Shock = Annotated[
    CapacityShock | ExportShock | LinkShock | RouteShock | DemandShock | HoardingShock, Field(discriminator="kind")
]


def _between_times(given: Mapping[str, Any]) -> list[tuple[Place, str]]:
    if ("duration" in given) == ("end" in given):
        both = "stands beside end" if "end" in given else "missing, and so is end"
        return [(("duration",), f"{both}; expected exactly one of duration and end")]
    onset, end = _read(days, given.get("onset", "0d")), _read(days, given.get("end"))
    if onset is None or end is None:
        return []
    if not onset.certain:
        return [(("end",), "stands beside an uncertain onset; write a duration instead")]
    if end.low < onset.mode:
        return [(("end",), f"{shown(given['end'])} is before the onset {shown(given['onset'])}")]
    return []


def _read(read: Callable[[object], Spread], given: object) -> Spread | None:
    """Return what a reader makes of a raw field, None where it refuses; the field's own fault says why."""
    try:
        return read(given)
    except ValueError:
        return None
