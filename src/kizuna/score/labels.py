"""Names of periods, sets of events and predictions, as reports carry them."""

HELD_OUT, TRAINING, GIVEN = "held-out", "training", "given"

FIRST = "first set"
SECOND = "second set"
NOT_CONTRADICTED = "first set, production did not rise"
SETTLED = "first set, settled years"
MINOR = "first set, minor buyers"
PLACEBO = "placebo"
PLACEBO_TOLD = "placebo, told of an event"
GIVEN_EVENTS = "given events"

EXPOSED, ALL = "exposed", "all"

PERSISTENCE = "persistence"
KIZUNA = "kizuna"
BASE_ALONE = "kizuna, base alone"
SHOCK_ALONE = "kizuna, shock alone"
NOT_TOLD = "kizuna, not told of the event"
ON_BASE = " on kizuna's base"
