"""Grids that several tests are worked out on by hand.

G1, one bus on either side, feeder a of each with a disconnector tie, feeder b of each closed to a ring:

    ES1-QIN1-[BUS1]-CB1a-L1-DIS1-L2-+n3-LBS1-L3-+n5 - TD(open, disconnector) - m5+-M2-+m2-LBS2-M1-CB2a-[BUS2]-QIN2-ES2
                  |                 |           |                                  |
                  |              C1 300 kW   C2 R2a 200 kW                      C2 R2b 100 kW
                  |              C4 main     C3 main                            C3, C4 standby
                  +-CB1b-P1-+p1(C5 150 kW)-TCL-p2-P2-CB2b-[BUS2]

INSIDES hangs customers with known insides on n3 and m2 of the same grid.
"""

G1 = """
source ES1 N10;  breaker QIN1 N10 N11 station=SUB1;  bus BUS1 N11
source ES2 N20;  breaker QIN2 N20 N21 station=SUB2;  bus BUS2 N21
breaker CB1a N11 HF1a station=SUB1 remote;  breaker CB1b N11 HF1b station=SUB1 remote
breaker CB2a N21 HF2a station=SUB2 remote;  breaker CB2b N21 HF2b station=SUB2 remote
line L1 HF1a n1;  disconnector DIS1 n1 n2;  line L2 n2 n3;  load_break LBS1 n3 n4;  line L3 n4 n5
line M1 HF2a m1;  load_break LBS2 m1 m2;  line M2 m2 m5;  disconnector TD n5 m5 open
line P1 HF1b p1;  load_break TCL p1 p2;  line P2 HF2b p2
breaker CBCS1 n3 XS1;  breaker CBCS2a n5 XS2a;  breaker CBCS2b m2 XS2b;  breaker CBCS3a n5 XS3a
breaker CBCS3b m2 XS3b;  breaker CBCS4a n3 XS4a;  breaker CBCS4b m2 XS4b;  breaker CBCS5 p1 XS5
feeder F1a CB1a HF1a;  feeder F1b CB1b HF1b;  feeder F2a CB2a HF2a;  feeder F2b CB2b HF2b
customer C1 ORDINARY;  point R1 C1 NONE kw=300;    supply S1 R1 XS1 cap=1000
customer C2 FIRST;     point R2a C2 NONE kw=200;   supply S2a R2a XS2a cap=1000
                       point R2b C2 NONE kw=100;   supply S2b R2b XS2b cap=1000
customer C3 SECOND;    point R3 C3 MANUAL kw=150;  supply S3a R3 XS3a cap=1000;  supply S3b R3 XS3b STANDBY cap=1000
customer C4 FIRST;     point R4 C4 AUTOMATIC kw=150 seconds=3
                       supply S4a R4 XS4a cap=1000;  supply S4b R4 XS4b STANDBY cap=1000
customer C5 SECOND;    point R5 C5 NONE kw=150;    supply S5 R5 XS5 cap=1000
"""

INSIDES = """
customer K1 FIRST;  point RK1 K1 NONE;  supply SK1 RK1 n3 YK1;  bay BK1 YK1 ZK1;  bus IBK1 ZK1
bay BK1a ZK1 NK1a;  load K1l1 RK1 NK1a kw=50 grade=GRADE_1 security permitted=0
bay BK1b ZK1 NK1b;  load K1l2 RK1 NK1b kw=50 grade=GRADE_1 security permitted=60
own K1U K1l1 kw=60 start=0 endurance=10;  own K1G K1l1,K1l2 kw=120 start=15 endurance=120

customer K2 FIRST;  point RK2 K2 NONE;  supply SK2 RK2 n3 YK2;  bay BK2 YK2 ZK2;  bus IBK2 ZK2
load K2l1 RK2 ZK2 kw=50 grade=GRADE_1 security permitted=10;  own K2G K2l1 kw=80 start=30 endurance=120

customer K3 FIRST;  point RK3 K3 NONE;  supply SK3 RK3 n3 YK3;  bay BK3 YK3 ZK3;  bus IBK3 ZK3
load K3l1 RK3 ZK3 kw=50 grade=GRADE_1 security permitted=0
own K3U K3l1 kw=60 start=0 endurance=20;  own K3G K3l1 kw=80 start=300 endurance=240 by_hand

customer K4 FIRST;  point RK4 K4 AUTOMATIC bays=BK42 seconds=3
supply SK4a RK4 n3 YK4a cap=60;  supply SK4b RK4 m2 YK4b STANDBY cap=60
bay BK41 YK4a ZK4;  bay BK42 YK4b ZK4 open;  bus IBK4 ZK4
load K4l1 RK4 ZK4 kw=50 grade=GRADE_1 security permitted=0;  load K4l2 RK4 ZK4 kw=20 grade=GRADE_2 permitted=60

customer K5 FIRST;  point RK5 K5 MANUAL bays=BK52 interlock=NONE
supply SK5a RK5 n3 YK5a;  supply SK5b RK5 m2 YK5b STANDBY
bay BK51 YK5a ZK5;  bay BK52 YK5b ZK5 open;  bus IBK5 ZK5
load K5l1 RK5 ZK5 kw=50 grade=GRADE_1 security permitted=0;  own K5U K5l1 kw=60 start=0 endurance=5

customer K6 SPECIAL;  point RK6 K6 NONE;  supply SK6 RK6 n3 YK6;  bay BK6 YK6 ZK6;  bus IBK6 ZK6
load K6l1 RK6 ZK6 kw=200 grade=ESPECIALLY_IMPORTANT security
"""
