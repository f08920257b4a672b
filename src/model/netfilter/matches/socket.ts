import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { defineMatch } from "./define-match.ts";

/** Is there a socket for the packet: libxt_socket.c. */
export const socket = defineMatch({
  name: "socket",
  level: "recognised",
  note: words("Looks for an open socket on the node.", "查找节点上打开的 socket。"),
  fields: {
    transparent: option("--transparent", flag),
    nowildcard: option("--nowildcard", flag),
    restore: option("--restore-skmark", flag),
  },
  list: listForm(/socket/, [
    ["--transparent", /--transparent/],
    ["--nowildcard", /--nowildcard/],
    ["--restore-skmark", /--restore-skmark/],
  ]),
});
