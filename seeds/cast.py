"""The important customers on 10kV滨江一线1021线, written by hand: every state that an incident can leave a customer in.

tests/seeds/incident.md tells what happens to each of them when the feeder's first cable fails.
They use feeders 1011, 1012, 1021 and 1022 only, which every city has.
"""

from __future__ import annotations

from schema.vocabulary import EmergencySourceType, Importance, LoadGrade, SupplyRole, TransferMode
from seeds.city import INCIDENT_LINE, Line
from seeds.specs import Arrangement, Backup, CustomerSpec, Gap, LoadSpec, Supply

_HERE = INCIDENT_LINE
_SISTER = Line(2, 2)
_OTHER = Line(1, 1)
_OTHER_SISTER = Line(1, 2)
_GENSET, _UPS = EmergencySourceType.GENSET, EmergencySourceType.UPS
_STANDBY = SupplyRole.STANDBY
_TOP, _ONE, _TWO, _THREE = (
    LoadGrade.ESPECIALLY_IMPORTANT,
    LoadGrade.GRADE_1,
    LoadGrade.GRADE_2,
    LoadGrade.GRADE_3,
)

CAST: tuple[CustomerSpec, ...] = (
    CustomerSpec(
        number=1,
        name="临江市第一人民医院",
        aliases=("市一院",),
        importance=Importance.FIRST,
        industry="医院",
        supplies=(Supply(_HERE, 2, kva=4000), Supply(_OTHER, 3, kva=4000)),
        arrangement=Arrangement.COUPLED,
        transfer=TransferMode.AUTOMATIC,
        transfer_s=3,
        loads=(
            LoadSpec("手术室及重症监护", 100, _TOP, security=True, permitted_s=0.5),
            LoadSpec("急诊及影像科", 200, _ONE, permitted_s=15),
            LoadSpec("住院部空调", 300, _THREE, bus=2),
        ),
        backups=(Backup(_UPS, 350, 0, 30, (0,)), Backup(_GENSET, 800, 15, 480, (0, 1))),
        shared_trench="滨江路过江电缆沟",
    ),
    CustomerSpec(
        number=2,
        name="临江云数据中心",
        importance=Importance.FIRST,
        industry="数据中心",
        supplies=(Supply(_HERE, 1, kva=4200), Supply(_OTHER_SISTER, 2, _STANDBY, kva=4200)),
        arrangement=Arrangement.STANDBY,
        transfer=TransferMode.AUTOMATIC,
        transfer_s=1.5,
        loads=(
            LoadSpec("核心机房", 800, _TOP, security=True, permitted_s=0),
            LoadSpec("精密空调", 300, _ONE, permitted_s=300),
            LoadSpec("办公及生活区", 200, _THREE),
        ),
        backups=(Backup(_UPS, 2600, 0, 15, (0,)), Backup(_GENSET, 4000, 20, 720, (0, 1))),
    ),
    CustomerSpec(
        number=3,
        name="城南水厂",
        importance=Importance.SECOND,
        industry="供水",
        supplies=(Supply(_HERE, 4, kva=1600),),
        arrangement=Arrangement.SINGLE,
        loads=(
            LoadSpec("加氯及二级泵房", 150, _ONE, security=True, permitted_s=1800),
            LoadSpec("取水泵", 200, _TWO, permitted_s=7200),
            LoadSpec("滤池反冲洗", 60, _THREE),
        ),
        backups=(Backup(_GENSET, 500, 600, 360, (0,), automatic=False),),
    ),
    CustomerSpec(
        number=4,
        name="临江市滨江中学",
        importance=Importance.TEMPORARY,
        industry="学校",
        supplies=(Supply(_HERE, 3, kva=1000), Supply(_SISTER, 3, _STANDBY, kva=1000)),
        arrangement=Arrangement.STANDBY,
        transfer=TransferMode.MANUAL,
        loads=(
            LoadSpec("考务及监控", 20, _ONE, permitted_s=1200),
            LoadSpec("教学楼照明", 80, _THREE),
        ),
    ),
    CustomerSpec(
        number=5,
        name="临江市政务服务中心",
        importance=Importance.FIRST,
        industry="党政机关",
        supplies=(Supply(_HERE, 2, kva=1250), Supply(_OTHER, 2, kva=1250)),
        transfer=TransferMode.AUTOMATIC,
        transfer_s=2,
        load_kw=250,
        gap=Gap.NOBODY,
    ),
    CustomerSpec(
        number=6,
        name="临江化工二厂",
        importance=Importance.FIRST,
        industry="化工",
        supplies=(Supply(_HERE, 5, kva=3150),),
        arrangement=Arrangement.SINGLE,
        loads=(
            LoadSpec("DCS 控制系统", 10, _TOP, security=True, permitted_s=0),
            LoadSpec("反应釜冷却水泵", 100, _ONE, security=True, permitted_s=300),
            LoadSpec("包装车间", 250, _THREE),
        ),
        backups=(
            Backup(_UPS, 40, 0, 30, (0,)),
            Backup(_GENSET, 400, 30, 240, (0, 1), in_service=False),
        ),
        gap=Gap.ON_LEAVE,
    ),
    CustomerSpec(
        number=7,
        name="轨道交通滨江站",
        importance=Importance.SECOND,
        industry="轨道交通",
        supplies=(Supply(_HERE, 3, kva=1600), Supply(_SISTER, 2, kva=1600)),
        arrangement=Arrangement.COUPLED,
        transfer=TransferMode.NONE,
        loads=(
            LoadSpec("通风排烟", 150, _TWO, permitted_s=900),
            LoadSpec("信号及通信", 20, _TOP, security=True, permitted_s=0, bus=2),
            LoadSpec("车站照明", 60, _TWO, bus=2),
        ),
        backups=(Backup(_UPS, 80, 0, 120, (1,)),),
    ),
    CustomerSpec(
        number=8,
        name="临江广播电视中心",
        importance=Importance.FIRST,
        industry="广播电视",
        supplies=(Supply(_OTHER, 4, kva=2000), Supply(_HERE, 6, _STANDBY, kva=2000)),
        arrangement=Arrangement.STANDBY,
        transfer=TransferMode.AUTOMATIC,
        transfer_s=1,
        loads=(
            LoadSpec("发射机及播控机房", 150, _TOP, security=True, permitted_s=1),
            LoadSpec("办公区", 100, _THREE),
        ),
        backups=(Backup(_UPS, 600, 0, 20, (0,)),),
    ),
    CustomerSpec(
        number=9,
        name="滨江颐养院",
        importance=Importance.SECOND,
        industry="养老机构",
        supplies=(Supply(_HERE, 5, kva=630),),
        load_kw=100,
        gap=Gap.UNVERIFIED,
    ),
    CustomerSpec(
        number=10,
        name="江畔城市综合体",
        importance=Importance.SECOND,
        industry="商业",
        supplies=(Supply(_HERE, 2, kva=3150), Supply(_HERE, 5, _STANDBY, kva=3150)),
        arrangement=Arrangement.STANDBY,
        transfer=TransferMode.AUTOMATIC,
        transfer_s=5,
        loads=(
            LoadSpec("消防及应急照明", 60, _ONE, security=True, permitted_s=15),
            LoadSpec("客梯", 90, _TWO, permitted_s=600),
            LoadSpec("商铺照明", 300, _THREE),
        ),
        backups=(Backup(_GENSET, 600, 12, 180, (0, 1)),),
        gap=Gap.OFF_DUTY,
    ),
    CustomerSpec(
        number=11,
        name="临江市中医院",
        aliases=("市中医院",),
        importance=Importance.FIRST,
        industry="医院",
        supplies=(
            Supply(_HERE, 4, kva=1600),
            Supply(_SISTER, 4, _STANDBY, kva=1600, under_maintenance=True),
        ),
        arrangement=Arrangement.STANDBY,
        transfer=TransferMode.AUTOMATIC,
        transfer_s=3,
        loads=(
            LoadSpec("手术室", 50, _TOP, security=True, permitted_s=0.5),
            LoadSpec("门诊照明", 120, _TWO),
        ),
        backups=(Backup(_UPS, 150, 0, 45, (0,)),),
    ),
    CustomerSpec(
        number=12,
        name="临江火车站",
        importance=Importance.FIRST,
        industry="铁路",
        supplies=(
            Supply(_OTHER, 5, kva=3150),
            Supply(_HERE, 1, kva=3150),
            Supply(_OTHER_SISTER, 4, _STANDBY, kva=3150),
        ),
        transfer=TransferMode.AUTOMATIC,
        transfer_s=2,
        load_kw=600,
    ),
)
