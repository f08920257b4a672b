import type { Damage } from "../damage.ts";
import { checksums, kernel, outerPacket, overVxlan } from "../overlay.ts";

/** Releases that leave the mark on, with and without --random-fully. */
const old = ["1.16.5", "1.17.3", "1.18.2"];

export const markSurvivesEncapsulation: readonly Damage[] = [
  {
    what: "the tunnel's own packets were masqueraded",
    modes: ["iptables", "ipvs"],
    versions: ["1.12", ...old],
    edit: overVxlan,
    written: { more: outerPacket(41234, 10234) },
    nearMisses: [
      { what: "they were left alone", edit: overVxlan, node: { more: outerPacket(41234, 41234) }, versions: ["1.12"] },
      {
        what: "kube-proxy takes the mark off",
        edit: overVxlan,
        node: { more: outerPacket(41234, 10234) },
        versions: ["1.18.6", "1.34"],
      },
      { what: "nothing shows that it does harm", edit: overVxlan, versions: ["1.12", ...old] },
    ],
  },
  {
    what: "the kernel is one that spoils such packets",
    modes: ["iptables", "ipvs"],
    versions: old,
    edit: overVxlan,
    written: { more: kernel("5.3.0-42-generic") },
    certainty: "possible",
    nearMisses: [
      { what: "the kernel has the repair", versions: old, edit: overVxlan, node: { more: kernel("5.4.41") } },
      { what: "the kernel is newer", versions: old, edit: overVxlan, node: { more: kernel("5.10.0-8-amd64") } },
      {
        what: "pods of other nodes are reached without a tunnel",
        versions: old,
        edit: (_f, text) => text,
        node: { more: kernel("5.3.0-42-generic") },
      },
      {
        what: "no checksum is left to the card",
        versions: old,
        edit: overVxlan,
        node: { more: { ...kernel("5.3.0-42-generic"), ...checksums("off") } },
      },
    ],
  },
];
