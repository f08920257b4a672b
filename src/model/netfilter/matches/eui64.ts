import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { defineMatch } from "./define-match.ts";

/** Is the source address made from the sender's MAC address: libip6t_eui64.c. */
export const eui64 = defineMatch({
  name: "eui64",
  family: 6,
  level: "recognised",
  note: words("Compares the source with the sender's MAC address.", "比较来源地址与发送者的 MAC 地址。"),
  fields: {},
  /** It has no print function: iptables-legacy writes its name, iptables-nft nothing at all. */
  list: listForm(/eui64/),
});
