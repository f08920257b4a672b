import { words } from "../../../base/words.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { word } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** State of an interface, of xtables-addons: libxt_iface.c. */
export const iface = defineMatch({
  name: "iface",
  level: "recognised",
  note: words("Compares flags of an interface at the time of the packet.", "比较报文到达时接口的标志。"),
  fields: {
    name: option("--iface", word(15)),
    in: option("--dev-in", flag),
    out: option("--dev-out", flag),
    up: negatable("--up", flag),
    broadcast: negatable("--broadcast", flag),
    loopback: negatable("--loopback", flag),
    pointopoint: negatable("--pointopoint", flag),
    running: negatable("--running", flag),
    noarp: negatable("--noarp", flag),
    promisc: negatable("--promisc", flag),
    multicast: negatable("--multicast", flag),
    dynamic: negatable("--dynamic", flag),
    lowerUp: negatable("--lower-up", flag),
    dormant: negatable("--dormant", flag),
  },
});
