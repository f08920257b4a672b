import type { LoggedPacket } from "../../model/node/observation.ts";

/** One walk that xtables-monitor and nft monitor recorded at once: where the packet was going, its mark, and what each chain did. */
export const recordedWalk = [
  "10.96.0.1:443 0 raw PREROUTING rule continue",
  "10.96.0.1:443 0 raw PREROUTING policy accept",
  "10.96.0.1:443 0 nat PREROUTING rule jump KUBE-SERVICES",
  "10.96.0.1:443 0 nat KUBE-SERVICES rule continue",
  "10.96.0.1:443 0 nat KUBE-SERVICES rule accept",
  "10.1.0.2:6443 16384 filter INPUT policy accept",
];

export const walkStep = ({ dst, dport, mark, trace }: LoggedPacket): string =>
  [`${dst}:${dport}`, mark, trace?.table, trace?.chain, trace?.kind, trace?.verdict].join(" ");
