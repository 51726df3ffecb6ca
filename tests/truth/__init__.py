"""An independent model of what an event does, and an independent checker of plans.

Written from the design and from issue 11 alone, by somebody who has not read the product's topology, services or
their tests. It imports networkx and, in one adapter, `schema`; nothing of graph_api or loaders. No expectation in its
tests was made by the product: grids are drawn in the tests, answers worked out by hand and said in comments.

## Rooms

| module | what it holds |
|---|---|
| net, drawing, sample_grids | plain data; networks as text; grids that several tests use |
| grid | energised, opened, zone, faulted, stuck devices, automatic transfers in the grid |
| customers | states, loads fed, change-overs, releases, shedding |
| own_sources | deadlines, own sources and why they do not count, single points, order, interlock warnings |
| worlds, verdicts | before / at the loss / now in all 2^k worlds; worst change, dependsOn, public areas, kW |
| plan, replay, plan_rules, accounts, plan_checker | a plan as data, replayed and judged |
| simple_plan | a simple plan of the model's own, with honest claims: what a planner should reach at least |
| compare, nights | an answer against the model; whole nights with every step recorded, through four callables |
| random_nets | seeded random drawings, and a shrinker that leaves out lines |
| assemble, from_schema, from_graphql | adapters: a GraphBatch, or the answers of three queries, become a `Net` |

To hook it to the product: `read_net(ask)` gives the network, a `Desk` of four methods plays nights,
`compare.differences` judges an impact, `plan_checker.check` a plan. Violations in `plan.READINGS` rest on a reading
(below), not on the letter.

## Rules and the sentences that they come from

| rule | sentence |
|---|---|
| energised | "reachable from an in-service EnergySource over in-service equipment through closed switches" |
| a bus takes its node | schema: "the node it stands on fails with it"; so does an earthed one |
| own generation never feeds the grid | "Customers' own generation never feeds the grid (anti-islanding ...)" |
| customers do not conduct | "no trace from one supply to another ... unless parallel running is recorded as allowed" |
| zone | "all that is joined to X through closed devices that cannot break fault current" |
| what breaks faults | "breakers, reclosers and fuses can, while closed and in service"; a bay by the schema |
| who trips | "every such device on the zone's edge with a live source behind it opens" |
| stuck | "the same question with Y inside the zone" |
| feeder faulted | "a feeder as FAULTED is a fault right behind its head: in a closed ring both heads trip" |
| unknown | "both worlds are computed: the answer is the worse *change* ... and says dependsOn" |
| before | "the grid at the moment of loss ...; what was switched since is undone"; tripped devices closed |
| now | "what has been brought back since, and what is still out" |
| state | "NORMAL (all live), DEGRADED (at least one live, at least one not), LOST (none live)", worst point |
| manual, auto | "a live standby behind a manual transfer ... feeds nothing yet"; automatic: "if its capacity ..." |
| release | "a step by the customer's electrician after supply returns, and no automatic transfer behind it" |
| grid transfer | "pair, normal state, delay, blocked"; "dip of n s instead of lost" |
| deadline | "permitted interruption, then UPS, then fuel, from the moment of loss" |
| notRedundant | "one more failure of a single thing takes the rest, one live supply included" |
| order | "a deadline within the hour first whatever else is fed; then class; then loads unfed", state ... |
| devices in plans | "breakers all; load-break switches load; disconnectors nothing but dead parts" |
| fault never fed | "fault never fed from any side": customers' insides and generators too, step by step, all worlds |
| border | "isolation opens only edges with a source or a usable tie behind them; dead ends are not visited" |
| loads move | "who changed over by itself weighs on the feeder that it went to" |
| accounts | "every customer and 台区 that is hit is in exactly one of" four |
| doers | "by station, kind, ownership and remote control" |

## Not modelled

ISOLATED as a cause (plans stand for it); phases; voltage and reactive power (kVA = kW); how good a plan is, but for one
closing that nothing forbids (`LEFT_UNDONE`) and a step that nothing needs (`NEEDLESS`); harm-minutes; whether field
travel times are right; fault location; procedures, people on duty; return to normal after repair; re-closing blocked,
patrol (steps may stand in a plan and change nothing); a genset that feeds back through an interlock recorded as NONE
(it is a warning); races between transfers of customers and of the grid.

## Where the text can be read in more than one way, and the reading taken

Grid
 1. A fault on an open switch takes the nodes at both its terminals (both feeders of an open tie trip).
 2. A source inside the zone is dead without a trip; once a step parts it from the zone it feeds again by itself.
 3. Plant out of service joins nothing: a fault on it hits nobody, not even what hangs on its terminals.
 4. Only devices with a live source behind them *outside the zone* open; a device with both ends in the zone does not.
 5. OPENED feeder = its head out of service, not all its plant. In a closed ring that costs nobody anything.
 6. "Right behind its head" = the head's node where the feeder's own plant hangs, else the one without a busbar.
 7. Under OPENED "nothing else happens": no automatic transfer in the grid acts; customers' own transfers do.
 8. A grid transfer needs its `opens` closed before and dead now, one side of `closes` live before and dead now, not
    itself faulty.
 9. A dip moves no customer; it opens under-voltage releases.
10. A customer or receiving point as the thing asked about stands for its supplies.

Unknown positions and time
11. A switch that is unknown before and now by the same report has one position in a world. A later report ends that.
12. Worst = highest (state, loads fed) at the loss over the worlds in which the customer is hit; `before` is then that
    world's. Not composed of the worst of each supply from different worlds: no world need look like that.
13. dependsOn: anything between the switches of which one alone flips hit, state or loads fed, and those of which one
    alone changes anything about the customer (supplies, shares, before).
14. A report at exactly the moment of loss counts as before, but those of `tripped` devices; of two reports of one time
    the later recorded counts; a position without a time counts as ever so old.
15. `tripped` devices count as closed before even where an earlier report says open. Without `since`, the loss is the
    start of the last open spell of the first of them, not the earliest report of a series of 400 days.
16. `assume` holds for before and now, against all reports.
17. Now = the fault still there: what closed devices without breakers join to it now is dead, a closed device that
    feeds it trips again. What nobody reported since stays as the event (trips, automatic transfers) left it.
18. "Back" = all loads that were fed before are fed again, though a supply may still be dead (DEGRADED).

Customers
19. A supply out of service before the event does not count at all; no supply in service at all = LOST. One that the
    event takes out of service counts as dead.
20. Inside not recorded: the load hangs on the MAIN supplies in equal shares (one of two MAINs lost: SOME), else on the
    first; STANDBY and SECURITY feed only after a change-over; SECURITY then feeds security loads only.
21. Transfer NONE with a live standby: never fed by it, nothing awaited.
22. A change-over opens every switch at the inner node of a dead supply; where there is none it cannot be made, since
    closing the other would feed back. Only the recorded TRANSFERS_BY bays are ever closed.
23. Capacity is judged only after a change-over; kVA = kW; an unrecorded load weighs 0; security loads are shed last,
    then by grade, whole loads, until it fits. A customer whose capacity is short in the normal state is not shed.
24. A release opens what stood closed, whatever the role of the supply, also one that was dead before the event; it
    stays open until the incoming bay is *reported* closed, or the supply itself where no bay is recorded.
25. A release opens at every loss that the reports tell of, before the event, at it and since; of reports of one time
    what opens comes first. Without an event named (lists, `Customer.supplyState`) they alone say what it holds open.
26. Deadline = permitted gap + endurance of every source that can take over before the last one ends (a sum; the start
    time is not added). Loads fed again after an automatic transfer have no deadline, whatever the dip.
27. An own source counts only if it starts by itself, its kW carry *all* unfed loads that it reaches, and size, start
    and endurance and those loads are recorded ("unknown is never the comfortable case"): it is not shared out by grade.
28. A security load without a recorded limit is urgent whatever UPS it has, and has no deadline.
29. Between two customers with a deadline within the hour: "by class" or "by deadline" first? Only what both readings
    say is demanded. The hour counts from the loss, not from now. Names are compared only where they are ASCII: how
    Chinese names are collated is nowhere said.
30. notRedundant: a single thing *taken out* (not faulted), sources and the supply itself included, connectivity nodes
    not; false where nothing is live any more.
31. Interlock not recorded is no warning; recorded as NONE is. A single-supply point has no transfer to warn of.
32. Inactive customers are never affected. Fed = by the grid; own sources are another fact.
33. A fault inside without a breaker before it floods out through every supply that is joined to it.

Counting
34. An area (台区) = one EnergyConsumer with its households and kW; a public transformer without one counts nothing.
35. lostKw counts what the event took, at the loss, after automatic transfers, shares included; unknown power 0.

Plans
36. A disconnector with voltage on *either* side is neither opened nor closed, load or no load.
37. A fuse may not be opened with load on it (the schema's `breaks_load`); the issue forbids only closing it on a fault.
38. Which ties are usable: any switch that is in service, can be operated, and is no disconnector with voltage on it.
    Room on the tie is not asked there.
39. A loop is allowed only where the switch was closed before the event and both its ends lived without it then.
40. A rating counts if the step adds load to it and it carries more than before the event; in rings the part of the
    load that must pass it. Feeder ratings are those of the head. Switches' rated current counts, not only lines'.
41. Needless = without it nobody is fed less or later and no rule breaks more, and it does not part the fault from a
    source, tie or own source. Locks, earths, patrols are never needless.
42. A step that does nothing in one world of the unknown switches and something in another is right.
43. "Restored" = all loads fed before the event are fed; a truck's loads count, a genset's do not. A customer fed in
    part at the end is "still out" or "on its own source", either is taken; so where a genset carries some loads only.
44. In several worlds: hit in one is hit; back at step n = fed in all from n on, not before in all. A claim that holds
    in some worlds only may be made or not.
45. Who was back already when the plan is asked stands as "back at step 0".
46. "Those edges are opened and locked as later steps": a supply that closed devices join to the fault is reported
    (`OWN_SOURCE_NOT_CUT`, a reading) if a genset backs what is joined behind it or, where the inside is not known, its
    customer has a genset or another supply elsewhere. A wired standby behind its open bay is not.
47. `cutOut` must hold lines, transformers and buses of the zone; `boundedBy` every open device between it and what is
    live at the end, and only devices that stand at what is joined to the fault. Dead ends behind a closed breaker may
    be named or not.
48. Switching off people who have power is a violation unless the step names them.
49. Steps that overlap in time must be safe in either order; the order of their ends must be safe too.
50. A remote breaker in a station: station operators or the dispatcher, both taken; other plant in a station: its
    operators; remote in the field: the dispatcher; else a repair or line crew. A head stands in its feeder's station.
51. Where no switch is recorded behind a supply it stands for its own: a change-over is recorded as one supply opened
    and the other closed, a release as the supply closed. A truck leaves no position: the model cannot see it in `now`.
52. "Switches reported since stand as reported": an automatic transfer closes nothing that was reported open since the
    loss. What it closed before stays closed, though the dead supply is reported open afterwards.
"""
