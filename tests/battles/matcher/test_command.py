import json
import subprocess
import sys

from battles.matcher import write
from battles.matcher.__main__ import main
from bench.generate import generate
from tests.battles.matcher.builders import battle, person, problem


def test_the_command_reads_a_problem_and_writes_a_plan(tmp_path):
    asked, planned = tmp_path / "problem.json", tmp_path / "plan.json"
    asked.write_text(json.dumps(write(generate(people=100, battles=3, seed=1))))

    code = main([str(asked), "--seconds", "30", "--seed", "2", "--out", str(planned)])

    plan = json.loads(planned.read_text())
    assert (code, plan["status"], [one["id"] for one in plan["battles"]]) == (0, "optimal", [1, 2, 3])


def test_the_command_prints_the_plan_without_a_file_for_it(tmp_path, capsys):
    asked = tmp_path / "problem.json"
    asked.write_text(json.dumps(write(problem([person()], [battle()]))))

    code = main([str(asked)])

    assert (code, json.loads(capsys.readouterr().out)["battles"][0]["crew"]) == (0, [[1]])


def test_the_command_refuses_what_it_cannot_read_in_one_sentence(tmp_path, capsys):
    broken, nonsense, absent = tmp_path / "broken.json", tmp_path / "nonsense.json", tmp_path / "absent.json"
    broken.write_text("{")
    nonsense.write_text('{"people": [], "battles": [], "horizon": -1}')

    codes = [main([str(path)]) for path in (broken, nonsense, absent)]

    told = capsys.readouterr().err.splitlines()
    assert codes == [2, 2, 2]
    assert told[1] == f"{nonsense}: horizon: -1 is not a whole number from 0 to 120"
    assert len(told) == 3


def test_the_command_says_where_it_cannot_write(tmp_path, capsys):
    asked = tmp_path / "problem.json"
    asked.write_text(json.dumps(write(problem([person()], [battle()]))))

    code = main([str(asked), "--out", str(tmp_path / "absent" / "plan.json")])

    assert (code, capsys.readouterr().err.count("\n")) == (2, 1)


def test_the_command_stopped_by_work_gives_the_same_plan_again(tmp_path, capsys):
    asked = tmp_path / "problem.json"
    asked.write_text(json.dumps(write(generate(people=300, battles=20, seed=1))))

    plans = []
    for _ in range(2):
        assert main([str(asked), "--iterations", "300", "--seed", "4"]) == 0
        plans.append(json.loads(capsys.readouterr().out) | {"seconds": None})

    assert plans[0] == plans[1]


def test_the_matcher_needs_no_django():
    code = "import sys, battles.matcher.__main__; print([one for one in sys.modules if 'django' in one])"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"
