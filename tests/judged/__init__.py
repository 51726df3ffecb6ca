"""The product judged by the independent model of `tests/truth`: the only room that knows both.

    product answer ── impact.py ──▶ plain data ── truth.compare ──▶ what differs, and by which sentence it is wrong
"""  # fmt: skip
