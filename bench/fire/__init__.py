"""The promises under fire: processes killed, lines cut, strangers at the door; what was promised is counted afterwards.

    make fire              the whole of it, on both ways to run
    make fire SHORT=1      what every change has to pass

The harness never reaches into the product: it speaks HTTP, signals processes that it started itself, and reads the
database when all is over. Only the start (rows to begin with) is made by the product's own code, in a process of its own.
"""
