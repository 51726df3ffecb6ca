// All screens: their address, their key after `g`, their title. One line each: a new screen is a line here.
import { Board } from "./screens/board.js";
import { Incident } from "./screens/incident.js";

/** @typedef {{name: string, key?: string, title: import("./words.js").Word, show: (props: {id: string}) => any}} Screen */

/** The first one is shown where an address names none. @type {Screen[]} */
export const screens = [
  { name: "board", key: "b", title: "board.title", show: Board },
  { name: "incident", title: "incident.title", show: Incident },
];
