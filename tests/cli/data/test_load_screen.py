"""What the screen of a load says first, and that it tells of what it takes from another system."""

from pathlib import Path


def test_what_was_left_out_stands_before_what_may_need_nothing(shell, tmp_path: Path):
    table = tmp_path / "通讯录.csv"
    table.write_text("姓名,班组\n李伟,抢修九班\n", "utf-8")
    shown = shell("load", str(table), "--lang", "zh").stdout
    assert 0 < shown.index("抢修九班") < shown.index("无误则无需")


def test_a_load_that_takes_all_of_another_system_says_so(shell, tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Customer.csv").write_text(f"id,name\nC1,{name}-1\nC2,{name}-2\n", "utf-8")
    shell("load", str(tmp_path / "one"), "--system", "A")
    told = shell("load", str(tmp_path / "two"), "--system", "B").stderr
    assert "'A' already holds 2 of these 2 things" in " ".join(told.split())
