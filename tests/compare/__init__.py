"""Two checkouts of this project, asked the same questions of the same stores, answer by answer.

    python -m tests.compare --old PATH --new PATH [--report FILE] [--keep FOLDER] [--only TEXT]

The proof that a rebuilding changes no answer. The old tree makes the stores (the demo city of a fixed day, and a small
network of odd cases from `corner/`); each tree gets its own byte-equal copy, runs in a process of its own, is told the
same time, and is asked over its ASGI application. What may differ is the list in masks.py, and nothing else.

    stores.py        makes the stores           operation.py   what one request is
    probe.py         runs inside a tree         asking/        the requests, made from the data and the old schema
    tree.py          talks to a probe           selections.py  selection sets written from a schema
    session.py       what is asked of what      masks.py, difference.py, compared.py   what counts as a difference
    schemas.py       the two schemas            fields_asked.py, report.py   what was reached; what is told
"""  # fmt: skip
