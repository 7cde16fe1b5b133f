"""The front line."""

from bench.fire.run import Fire
import time

ROWS = ("R1",)


def run(fire):
    t = time.time()
    with fire.stack(seed="front:labels", said={"count": 3}) as stack:
        print("ready", time.time() - t, stack.seeded, stack.journal())
        c = stack.client()
        print(c.get("/r/" + stack.seeded[0]).status, c.sign_in("rosa", "secret-word"), c.get("/hoy").status)
        t = time.time()
        stack.web.kill_and_start()
        from bench.fire.processes import wait_until

        wait_until(stack.is_up)
        print("web again", time.time() - t)
        t = time.time()
        stack.web.kill_a_child(lambda f: f[0])
        wait_until(stack.is_up)
        print("child", time.time() - t)
        if stack.database:
            t = time.time()
            stack.database.kill_and_start()
            wait_until(lambda: stack.client().get("/readyz").status == 200)
            print("pg again", time.time() - t)
        t = time.time()
        stack.broker.kill_and_start()
        wait_until(stack.is_ready)
        print("broker", time.time() - t)
        yield fire.figure(
            "R1", "x", promised="y", found=str(stack.count("select count(*) from factories_label")), ok=True
        )
