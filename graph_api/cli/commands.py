"""The table of commands: name, where it is written, and what it is for. A command's module is imported when it runs."""

from __future__ import annotations

from graph_api.cli.entries import Command, Group, Panel
from graph_api.cli.incident_panel import IN_AN_INCIDENT
from schema.words import say

_SERVE = Panel(
    say("Serve"),
    (
        Command(
            "serve",
            "serving.serve:serve",
            say(
                "Serve the GraphQL API (and GraphiQL in the browser) over the store until Ctrl-C.\n\n"
                "Further settings are environment variables: see docs/settings.md."
            ),
        ),
        Group(
            "demo",
            say("The demo city 临江: fictitious, but true to the field."),
            (
                Command(
                    "generate",
                    "serving.demo:generate",
                    say(
                        "Write the demo city as files of the plain format: one CSV per kind, ready for `baodian load`."
                    ),
                ),
                Command(
                    "serve",
                    "serving.demo:serve_demo",
                    say("Make the demo city for today, load it and serve it until Ctrl-C. Nothing has to be prepared."),
                ),
            ),
        ),
    ),
)
_LOAD = Panel(
    say("Load"),
    (
        Command(
            "load",
            "data.load:load",
            say(
                "Load files into the store: all or nothing, as one revision; every row read is accounted for.\n\n"
                "Loading the same files again changes nothing. Positions of switches that somebody reported later "
                "than "
                "the files know are kept. See docs/mapping.md for tables and docs/cim.md for CIM."
            ),
        ),
        Command(
            "template",
            "data.template:template",
            say("Write an empty, commented workbook of the plain format: fill it in and give it to `baodian load`."),
        ),
        Command(
            "check",
            "data.check:check",
            say("Try files out without keeping them: which questions they can answer, what is missing for the others."),
        ),
    ),
)
_BEFORE = Panel(
    say("Before an incident"),
    (
        Command(
            "risks",
            "risk.risks:risks",
            say(
                "Weak spots: single points and hidden common causes behind several supplies, class against supply, "
                "N-1 sweep."
            ),
        ),
        Command(
            "readiness",
            "risk.readiness:readiness",
            say("What is not ready: plans missing or overdue, steps that what is there contradicts, roles not held."),
        ),
    ),
)
_LOOK_UP = Panel(
    say("Look things up"),
    (
        Command(
            "search",
            "explore.lookup:search",
            say(
                "Find things by what people call them: 滨江, binjiang, bj, 1021, 138...; small typing errors are "
                "forgiven."
            ),
        ),
        Command(
            "status",
            "explore.lookup:status",
            say(
                "Say what the store holds: revision, size, counts per kind, and how fresh each source system's data is."
            ),
        ),
        Command(
            "loads",
            "explore.loads:loads",
            say("Say which files were loaded, the newest first; with a number, which rows of that one were rejected."),
        ),
        Command(
            "schema",
            "explore.schema:schema",
            say("Show what the graph may contain: entity kinds, fields with units, relationships, vocabularies."),
        ),
    ),
)
_KEEP = Panel(
    say("Keep"),
    (
        Command(
            "copy",
            "data.store_copies:copy_store",
            say("Copy a graph from store to store, verified by content digest."),
        ),
        Command(
            "backup",
            "data.store_copies:backup_store",
            say(
                "Write everything that a store holds at one revision into one file; others may go on writing meanwhile."
            ),
        ),
        Command(
            "restore",
            "data.store_copies:restore_store",
            say("Make a store hold what a backup holds, at one revision. The file is checked as a whole first."),
        ),
        Command(
            "verify",
            "data.store_copies:verify",
            say("Check that everything can be read and hangs together; with --against, that both hold the same."),
        ),
        Command(
            "derive",
            "data.cypher_links:derive",
            say("Work out which feeder feeds what and write it into Neo4j as FEEDS and SUPPLIED_BY, for short Cypher."),
        ),
    ),
)
_HAND_ON = Panel(
    say("Hand on"),
    (
        Group(
            "export",
            say("Write answers as files: CSV, Excel, a sheet to print."),
            (
                Command(
                    "responsibility",
                    "outage.incident:responsibility",
                    say(
                        "Write an incident's responsibility table: a row per role of the equipment and of each "
                        "affected customer."
                    ),
                ),
                Command(
                    "duty-table",
                    "duty.table:duty_table",
                    say(
                        "Write the responsibility decomposition table of several things: each group once, with all "
                        "that it answers for, and whom to call.\n\n"
                        "A feeder, station or area comes with its customers, an incident with its equipment and whom "
                        "it hits; without any, the table is of all important customers."
                    ),
                ),
                Command(
                    "roster",
                    "duty.roster_book:roster_book",
                    say(
                        "Write the rosters of teams as a workbook that `baodian load` reads back: a row for each "
                        "shift, with who works it. Change it there, and load it."
                    ),
                ),
                Command(
                    "call-sheet",
                    "outage.incident:sheet",
                    say(
                        "Print whom to call about an incident, in order, each person once: number, until when, "
                        "about what."
                    ),
                ),
                Command(
                    "picture",
                    "data.picture:picture",
                    say(
                        "Draw feeders as a one-line diagram, a station, a customer's inside or a map, as it is or "
                        "after a fault: .svg or .pdf.\n\n"
                        "Where things stand follows from the normal diagram: switching moves nothing."
                    ),
                ),
                Command(
                    "upstream",
                    "data.export:upstream",
                    say(
                        "Write which feeder and transformer every customer record hangs on now: customer, feeder, "
                        "transformer, finding.\n\n"
                        "Keys are the source system's own. A finding says why there is not exactly one feeder (and, "
                        "for low voltage, one distribution transformer)."
                    ),
                ),
                Command(
                    "geojson",
                    "data.export:geojson",
                    say(
                        "Write what has a place as GeoJSON (WGS 84) for maps: points and lines with their fields; "
                        "`baodian load` reads it back."
                    ),
                ),
                Command(
                    "workbook",
                    "data.export:workbook",
                    say(
                        "Write the whole graph as a workbook of the plain format, a sheet per kind; `baodian load` "
                        "reads it back.\n\n"
                        "It is read back at once, and what comes back otherwise is named. Which loads things came "
                        "from, and earlier positions of switches, are in a backup alone."
                    ),
                ),
                Command(
                    "cim",
                    "data.export:cim",
                    say(
                        "Write the grid as a set of CIM profile files (CGMES 3.0 or 2.4.15: EQ, SSH, GL, DL); "
                        "`baodian load` reads it back.\n\n"
                        "It is read back at once, and what comes back otherwise is named. Customers and people are not "
                        "in it: a customer's supply is a load. Impedances are not in the graph."
                    ),
                ),
                Command(
                    "pandapower",
                    "data.export:pandapower",
                    say(
                        "Write a part of the grid as a pandapower network: topology, positions, lengths, ratings and "
                        "loads.\n\n"
                        "Impedances are not in the graph: lines get a standard type, transformers typical values. Put "
                        "your own."
                    ),
                ),
            ),
        ),
    ),
)
_COMPARE = Panel(
    say("Plan and compare"),
    (
        Group(
            "benchmark",
            say("Published test systems, to compare our answers with those of the literature."),
            (
                Command(
                    "rbts",
                    "risk.benchmark:rbts",
                    say(
                        "RBTS Bus 2 and Bus 4: SAIFI, SAIDI, CAIDI, ASAI and ENS from faults, isolation and "
                        "restoration.\n\n"
                        "Case A of Allan, Billinton et al. (1991): fuses in the laterals, disconnectors, alternative "
                        "supply, transformers repaired; switching takes 1 hour. --transformer-hours 10 gives the cases "
                        "with spare transformers, --no-ties those without alternative supply."
                    ),
                ),
                Command(
                    "bdgd",
                    "risk.benchmark:bdgd",
                    say(
                        "DEC and FEC of the feeders of a BDGD (ANEEL), in hours and interruptions a year.\n\n"
                        "Hours and interruptions are those of each customer (DIC, FIC), the feeder is the one that the "
                        "topology gives it; published indices are by set of customers, to compare with."
                    ),
                ),
                Command(
                    "esb-e11",
                    "risk.benchmark:esb_e11",
                    say(
                        "ESB E11, a real 20 kV feeder: where is the fault, for every pattern of its six addressable "
                        "devices.\n\n"
                        "A switch signals when fault current passed and its supply was lost (its indicator resets "
                        "while there is voltage); a recloser when it tripped. Patterns that no single fault gives "
                        "say so: some device misreports."
                    ),
                ),
            ),
        ),
    ),
)

_ACCESS = Panel(
    say("Who may do what"),
    (
        Group(
            "access",
            say("Accounts and keys: who may ask and change what, and who sees telephone numbers."),
            (
                Command(
                    "key",
                    "access.keys:key",
                    say(
                        "Give somebody a key with a role. It is shown once, on standard output.\n\n"
                        "Clients show it as `Authorization: Bearer KEY`, commands by BAODIAN_KEY."
                    ),
                ),
                Command(
                    "add",
                    "access.accounts:add",
                    say("Make the account of a person, who logs in with a password or by the identity provider."),
                ),
                Command("reset", "access.accounts:reset", say("Give an account another password.")),
                Command("change", "access.accounts:change", say("Change what an account may do, or who it is.")),
                Command("list", "access.listing:list_all", say("List keys and accounts: whose, what for, until when.")),
                Command("revoke", "access.keys:revoke", say("Have a key or account open nothing more, within 5 s.")),
                Command("whoami", "access.keys:whoami", say("Say who one is to the service, and what one may do.")),
            ),
        ),
        Group(
            "audit",
            say("The audit: who changed what, and who saw whose numbers."),
            (
                Command(
                    "verify",
                    "access.audit:verify",
                    say(
                        "Check that nobody changed, removed or put in a line of the audit; exit code 1 if somebody did."
                    ),
                ),
                Command("export", "access.audit:export", say("Write the audit as a table, .csv or .xlsx.")),
            ),
        ),
    ),
)

PANELS = (_SERVE, _LOAD, IN_AN_INCIDENT, _BEFORE, _LOOK_UP, _KEEP, _HAND_ON, _COMPARE, _ACCESS)
"""The first screen, from top to bottom."""
