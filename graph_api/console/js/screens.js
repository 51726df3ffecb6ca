// All screens: their address, their key after `g`, their title. One line each: a new screen is a line here.
import { Admin } from "./screens/admin.js";
import { Board } from "./screens/board.js";
import { Customer } from "./screens/customer.js";
import { Drills } from "./screens/drills.js";
import { Explorer } from "./screens/explorer.js";
import { HandOver } from "./screens/handover.js";
import { Incident } from "./screens/incident.js";
import { Planner } from "./screens/planner.js";
import { Roster } from "./screens/roster.js";
import { Sheet } from "./screens/sheet.js";
import { Who } from "./screens/who.js";

/** @typedef {{name: string, key?: string, title: import("./words.js").Word, show: (props: {id: string}) => any}} Screen */

/** The first one is shown where an address names none. @type {Screen[]} */
export const screens = [
  { name: "board", key: "b", title: "board.title", show: Board },
  { name: "incident", title: "incident.title", show: Incident },
  { name: "customer", title: "customer.title", show: Customer },
  { name: "who", title: "who.title", show: Who },
  { name: "sheet", title: "sheet.title", show: Sheet },
  { name: "handover", title: "handover.title", show: HandOver },
  { name: "roster", key: "r", title: "roster.title", show: Roster },
  { name: "drills", key: "d", title: "drill.title", show: Drills },
  { name: "planner", key: "p", title: "planner.title", show: Planner },
  { name: "explore", key: "x", title: "explore.title", show: Explorer },
  { name: "admin", key: "a", title: "admin.title", show: Admin },
];
