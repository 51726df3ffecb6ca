"""Commands of an incident, as the table of commands lists them."""

from __future__ import annotations

from graph_api.cli.entries import Command, Group, Panel
from schema.words import say

_ROOM = Group(
    "incident",
    say("Incidents that are worked on: opened, who is out, what was done and said, closed."),
    (
        Command("open", "incident.opening:open_incident", say("Open an incident; who is out is worked out at once.")),
        Command("list", "incident.showing:list_incidents", say("Incidents that are open, by harm.")),
        Command(
            "show",
            "incident.showing:show",
            say("How an incident stands now, as it was, or as it was known; what is left to do; its timeline."),
        ),
        Command(
            "add",
            "incident.adding:add",
            say("Add what was reported, found, done or said: reports, the fault, work orders, calls, notes."),
        ),
        Command(
            "switch",
            "incident.correcting:switch",
            say("Record what was operated for it, as one act: SWITCH=OPEN, SWITCH=CLOSED."),
        ),
        Command(
            "reveal",
            "incident.revealing:reveal",
            say("Numbers of whom an incident concerns, for a reason that the audit keeps."),
        ),
        Command(
            "trucks",
            "incident.trucks:trucks",
            say("Generator trucks for a customer: which fit and are free, the nearest first, and why not."),
        ),
        Command("amend", "incident.correcting:amend", say("Correct title, level, equipment, trips or moment of loss.")),
        Command("withdraw", "incident.correcting:withdraw", say("A report counts no longer; its entry stays.")),
        Command("drill", "incident.opening:drill", say("Begin a drill by a script of the library, as an exercise.")),
        Command("join", "incident.opening:join", say("Join two incidents: one timeline, nothing of either lost.")),
        Command("split", "incident.opening:split", say("Split an incident: a part of it becomes one of its own.")),
        Command("close", "incident.opening:close", say("Close an incident; what is left is refused with the list.")),
        Command(
            "acknowledge",
            "incident.opening:acknowledge",
            say("Take an incident in hand, so that nobody else is told of it."),
        ),
        Command("replay", "incident.showing:replay", say("Show an incident as it was seen at a moment.")),
        Command("hand-over", "incident.reporting:hand_over", say("Write the sheet that whoever takes over signs.")),
        Command("sign", "incident.reporting:sign", say("Whoever took over signs for it.")),
        Command(
            "report",
            "incident.reporting:report",
            say("Write the report that is filed afterwards: PDF, Word, Excel or JSON."),
        ),
        Command(
            "watch",
            "incident.reporting:watch",
            say("Print what is recorded, as it comes, until the incident is closed."),
        ),
        Command("reopen", "incident.opening:reopen", say("Open a closed incident again.")),
    ),
)
IN_AN_INCIDENT = Panel(
    say("In an incident"),
    (
        Command(
            "impact",
            "outage.impact:impact",
            say(
                "Who is hit when these fail: customers in the order in which they need help, how badly, until when, "
                "what to do."
            ),
        ),
        Command(
            "whatif",
            "outage.impact:whatif",
            say(
                "What if these switches stood otherwise: who would lose supply, and how much would get it that has "
                "none now."
            ),
        ),
        Command(
            "who",
            "duty.who:who",
            say(
                "Who answers for a thing at a time: per role whom to call, the verified number, the deputy; gaps in "
                "red."
            ),
        ),
        Command(
            "assign",
            "duty.assigning:assign",
            say(
                "Read a responsibility table back that was changed as a workbook (export duty-table): each line of "
                "its sheet of assignments that says something else becomes so."
            ),
        ),
        Group(
            "roster",
            say("Who of a team is on duty from when to when (roster TEAM), and who should be."),
            (
                Command(
                    "show",
                    "duty.roster:roster",
                    say(
                        "Who of a team is on duty from when to when: watches, gaps, double bookings, too long on duty."
                    ),
                ),
                Command(
                    "plan",
                    "duty.rostering:plan",
                    say(
                        "Make a team's rows of the roster for some days by a pattern of rotation: crews, hours of the "
                        "shifts, whose turn it is."
                    ),
                ),
                Command(
                    "stand-in",
                    "duty.rostering:stand_in",
                    say("Let somebody else work a shift, or a part of it; a swap is two of these."),
                ),
            ),
            default="show",
        ),
        Command(
            "learn-rates",
            "location.learn_rates:learn_rates",
            say("Learn how often reports err from closed incidents, and write the rates for BAODIAN_LOCATION_RATES."),
        ),
        Command(
            "locate",
            "location.locate:locate_fault",
            say(
                "Rank the places where the fault can be, with what speaks for and against each, and what to check next."
            ),
        ),
        Command(
            "resupply",
            "restoration.resupply:resupply",
            say(
                "Plan how to cut a fault out and feed the rest again: ordered steps, what each brings back, who does "
                "it.\n\n"
                "Every step was replayed on the topology: what is cut out stays dead, no two live parts are joined, "
                "nothing carries more than its rating. A feeder as a whole names no place to cut out: name the "
                "faulty "
                "equipment, or `baodian locate`."
            ),
        ),
        Command(
            "trace",
            "explore.trace:trace",
            say(
                "Follow the supply of a thing: up to the sources, down to the loads, its island, or one path; "
                "nearest "
                "first."
            ),
        ),
        _ROOM,
    ),
)
