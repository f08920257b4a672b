import { words } from "../../../base/words.ts";
import { hexNumber } from "./number.ts";
import type { ValueKind } from "./value-kind.ts";

/** `--dscp 0x0a`: the upper six bits of the TOS byte. */
export const dscpValue = hexNumber(0x3f, 2);

/** RFC 2474, 2597, 3246 names; iptables dscp_helper.c. */
const classes: ReadonlyMap<string, number> = new Map([
  ["CS0", 0x00],
  ["CS1", 0x08],
  ["CS2", 0x10],
  ["CS3", 0x18],
  ["CS4", 0x20],
  ["CS5", 0x28],
  ["CS6", 0x30],
  ["CS7", 0x38],
  ["BE", 0x00],
  ["EF", 0x2e],
  ["AF11", 0x0a],
  ["AF12", 0x0c],
  ["AF13", 0x0e],
  ["AF21", 0x12],
  ["AF22", 0x14],
  ["AF23", 0x16],
  ["AF31", 0x1a],
  ["AF32", 0x1c],
  ["AF33", 0x1e],
  ["AF41", 0x22],
  ["AF42", 0x24],
  ["AF43", 0x26],
]);

/** A class name, kept as its number: iptables-save prints only numbers. */
export const dscpClass: ValueKind<number> = {
  ...dscpValue,
  read: ([text = ""], refuse) =>
    classes.get(text.toUpperCase()) ??
    refuse("unknown-value", words(`“${text}” is no DSCP class.`, `“${text}” 不是 DSCP 类别。`)),
};
