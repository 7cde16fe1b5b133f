"""HiGHS on the model of one piece: the best plan it finds, and a bound that it proves."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Event, Thread

import numpy as np
from highspy import (
    Highs,
    HighsLp,
    HighsModelStatus,
    HighsSolution,
    HighsStatus,
    HighsVarType,
    MatrixFormat,
    SolutionStatus,
)
from highspy.highs import HighsCallbackEvent

from battles.matcher.model import Model
from battles.matcher.picks import Pick

RELATIVE_GAP = 1e-7
HALF = 0.5
LOOK_EVERY = 0.05
PATIENCE = 0.1

Stop = Callable[[], bool]
Seen = Callable[[float, float], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """`starts` is None where no plan was found in time."""

    starts: Mapping[int, int] | None
    picks: Sequence[Pick]
    bound: float
    is_impossible: bool = False


def run(
    model: Model,
    *,
    seed: int,
    seconds: float | None,
    stop: Stop | None,
    seen: Seen | None,
    begin: tuple[Mapping[int, int], Sequence[Pick]] | None,
) -> Answer:
    """Without `seconds` it runs until a first plan is known."""
    highs = _highs(seed, seconds)
    if highs.passModel(_programme(model)) == HighsStatus.kError:
        raise RuntimeError("the solver refused the model")
    if begin is not None:
        highs.setSolution(_known(model, *begin))
    over = Event()
    _listen(highs, over, seen)
    if stop is None:
        highs.run()
        return _answer(highs, model)
    return _answer(highs, model) if _has_ended(highs, over, stop) else Answer(None, (), -math.inf)


def _has_ended(highs: Highs, over: Event, stop: Stop) -> bool:
    """Its presolve hears nobody, for seconds: when told to stop meanwhile, the thread is left to end by itself.

    `stop` is asked by the caller's thread alone.
    """
    solver = Thread(target=highs.run, name="highs")
    solver.start()
    while solver.is_alive() and not stop():
        solver.join(LOOK_EVERY)
    over.set()
    solver.join(PATIENCE)
    return not solver.is_alive()


def _highs(seed: int, seconds: float | None) -> Highs:
    highs = Highs()
    options = {
        "output_flag": False,
        "threads": 1,
        "random_seed": seed % (2**31),
        "mip_rel_gap": RELATIVE_GAP,
        "mip_abs_gap": RELATIVE_GAP,
    }
    options |= {"mip_max_improving_sols": 1} if seconds is None else {"time_limit": max(seconds, 0.0)}
    for name, value in options.items():
        highs.setOptionValue(name, value)
    return highs


def _programme(model: Model) -> HighsLp:
    columns, rows = model.columns, model.rows
    lp = HighsLp()
    lp.num_col_, lp.num_row_ = len(columns.cost), len(rows.lower)
    lp.col_cost_ = np.array(columns.cost, dtype=float)
    lp.col_lower_ = np.zeros(len(columns.cost))
    lp.col_upper_ = np.array(columns.upper, dtype=float)
    lp.row_lower_ = np.array(rows.lower, dtype=float)
    lp.row_upper_ = np.array(rows.upper, dtype=float)
    lp.integrality_ = [HighsVarType.kInteger] * lp.num_col_
    lp.offset_ = model.piece.kept
    lp.a_matrix_.format_ = MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = lp.num_col_, lp.num_row_
    lp.a_matrix_.start_ = np.array(rows.begin, dtype=np.int32)
    lp.a_matrix_.index_ = np.array(rows.index, dtype=np.int32)
    lp.a_matrix_.value_ = np.array(rows.value, dtype=float)
    return lp


def _known(model: Model, starts: Mapping[int, int], picks: Sequence[Pick]) -> HighsSolution:
    """A plan as values of the columns."""
    values = np.zeros(len(model.columns.cost))
    made = set(picks)
    values[[number for number, pick in enumerate(model.picks) if pick in made]] = 1
    values[[model.days[battle][start] for battle, start in starts.items()]] = 1
    seated = Counter((pick.battle, pick.line) for pick in picks)
    for place, line in model.lines.items():
        empty = line.people - seated[place]
        values[model.empty[place]] = empty
        if line.required and empty:
            values[model.incomplete[place[0]]] = 1
    sent = Counter(pick.person for pick in picks)
    for person, column in model.further.items():
        values[column] = max(0, sent[person] - 1)
    solution = HighsSolution()
    solution.col_value = values.tolist()
    return solution


def _listen(highs: Highs, over: Event, seen: Seen | None) -> None:
    def look(event: HighsCallbackEvent) -> None:
        data = event.data_out
        if seen and math.isfinite(data.mip_primal_bound) and math.isfinite(data.mip_dual_bound):
            seen(data.mip_primal_bound, data.mip_dual_bound)

    def maybe_stop(event: HighsCallbackEvent) -> None:
        if over.is_set():
            event.interrupt()

    if seen:
        highs.cbMipLogging += look
    highs.cbMipInterrupt += maybe_stop
    highs.cbSimplexInterrupt += maybe_stop


def _answer(highs: Highs, model: Model) -> Answer:
    info = highs.getInfo()
    if highs.getModelStatus() == HighsModelStatus.kInfeasible:
        return Answer(None, (), -math.inf, is_impossible=True)
    if info.primal_solution_status != SolutionStatus.kSolutionStatusFeasible:
        return Answer(None, (), info.mip_dual_bound)
    values = highs.getSolution().col_value
    starts = {battle: max(days, key=lambda start: values[days[start]]) for battle, days in model.days.items()}
    picks = [pick for number, pick in enumerate(model.picks) if values[number] > HALF]
    return Answer(starts, picks, info.mip_dual_bound)
