import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { defineMatch } from "./define-match.ts";

/** Peer-to-peer protocols by payload, of xtables-addons: libxt_ipp2p.c. */
export const ipp2p = defineMatch({
  name: "ipp2p",
  level: "recognised",
  note: words("Looks for peer-to-peer protocols in the payload.", "在载荷中识别 P2P 协议。"),
  fields: {
    ipp2p: option("--ipp2p", flag),
    edk: option("--edk", flag),
    kazaa: option("--kazaa", flag),
    gnu: option("--gnu", flag),
    dc: option("--dc", flag),
    bit: option("--bit", flag),
    apple: option("--apple", flag),
    soul: option("--soul", flag),
    winmx: option("--winmx", flag),
    ares: option("--ares", flag),
    mute: option("--mute", flag),
    waste: option("--waste", flag),
    xdcc: option("--xdcc", flag),
    debug: option("--debug", flag),
  },
});
