"""Vocabularies of access with the descriptions that the API shows; they have to be described before they are used."""

from __future__ import annotations

from graph_api.actor import ActorKind
from graph_api.graphql.enums import described
from schema.access import AccessRole, Act, Sight

__all__ = ["REQUEST", "AccessRole", "Act", "ActorKind", "Sight"]

REQUEST = (
    "请求号: 同一请求号重发只生效一次，密钥和口令只给出一次。 Makes a retry safe: the same id twice has one effect, "
    "and a secret is told once."
)

described(
    AccessRole,
    {
        "VIEWER": "查阅人员: 可查询，号码隐去。 Reads; numbers are masked.",
        "DISPATCHER": "调度值班员: 处置故障，登记操作，可见供电公司人员的号码，其余凭事件查看。 Works incidents, "
        "records switching, sees the numbers of the utility's own people, and reveals what an incident concerns.",
        "ACCOUNT_MANAGER": "客户经理: 可查询，可见所辖客户的号码。 Asks; sees numbers of own customers.",
        "PLANNER": "规划人员: 分析薄弱环节，号码隐去。 Explores weak spots; numbers are masked.",
        "INTEGRATOR": "集成系统: 上报开关位置的系统，号码隐去。 A machine that reports positions; numbers are masked.",
        "AUDITOR": "审计员: 查阅审计记录，号码隐去。 Reads the audit; numbers are masked.",
        "ADMINISTRATOR": "权限管理员: 维护责任分配和密钥，号码隐去。 Keeps assignments and keys; numbers are masked.",
    },
    "权限角色: 访问者在本系统中的角色，与责任岗位无关。 What somebody is here; no role of a responsibility table.",
)
described(
    Act,
    {
        "READ": "查询: 可查询。 May ask questions.",
        "SWITCH": "置位与操作登记: 可上报开关位置、登记操作。 May set positions of switches and record switching.",
        "ASSIGN": "责任分配: 可新增、修改和终止责任分配。 May set and end assignments of roles.",
        "DRILL": "组织演练: 可按脚本开始演练。 May begin drills by a script.",
        "HANDLE": "应急事件处置: 可立案、登记处置过程和结案。 May open, work on and close incidents.",
        "REVEAL": "查看号码: 可凭未结案事件查看所涉人员的号码。 May see the numbers of whom an open incident concerns.",
        "ELEVATE": "紧急授权: 可凭理由在限定时间内提升权限。 May be elevated for a reason and a time.",
        "AUDIT": "查阅审计记录: 可查阅谁改动了什么、看到了谁的号码。 May read who changed what and saw whose numbers.",
        "ADMINISTER": "权限管理: 可维护密钥和账户。 May give and take keys and accounts.",
    },
    "操作权限: 访问者可以进行的操作。 What somebody may do.",
)
described(
    Sight,
    {
        "OWN": "本人所辖客户: 可见本人及所辖客户相关人员的号码。 Those of own customers and of their people.",
        "STAFF": "供电公司人员: 可见供电公司人员和班组的号码。 Those of the utility's own people and teams.",
        "ALL": "全部: 可见全部号码。 Everybody's.",
    },
    "个人信息可见范围: 可见何人的号码。 Whose numbers somebody sees.",
)
described(
    ActorKind,
    {
        "ANONYMOUS": "未出示密钥: 未表明身份。 Showed no key.",
        "LOCAL": "本机账户: 在服务所在机器上运行服务的账户。 The account that runs the service, on its own machine.",
        "KEY": "访问密钥: 以密钥表明身份。 Showed a key.",
        "ACCOUNT": "账户: 以本系统账户登录。 Logged in to an account of this service.",
        "SUBJECT": "统一身份认证: 经统一身份认证，未对应账户。 Known to the identity provider, and no account here.",
    },
    "身份类型: 以何种方式识别访问者。 How an actor is known.",
)
