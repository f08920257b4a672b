import { addrtype } from "./addrtype.ts";
import { comment } from "./comment.ts";
import { connmark } from "./connmark.ts";
import { conntrack } from "./conntrack.ts";
import { dscp } from "./dscp.ts";
import { hashlimit } from "./hashlimit.ts";
import { icmp, icmp6 } from "./icmp.ts";
import { iprange } from "./iprange.ts";
import { ipvs } from "./ipvs.ts";
import { length } from "./length.ts";
import { limit } from "./limit.ts";
import { mac } from "./mac.ts";
import { mark } from "./mark.ts";
import type { MatchModule } from "./match.ts";
import { multiport } from "./multiport.ts";
import { nfacct } from "./nfacct.ts";
import { owner } from "./owner.ts";
import { physdev } from "./physdev.ts";
import { pkttype } from "./pkttype.ts";
import { policy } from "./policy.ts";
import { recent } from "./recent.ts";
import { recognisedMatches } from "./recognised.ts";
import { sctp } from "./sctp.ts";
import { set } from "./set.ts";
import { state } from "./state.ts";
import { statistic } from "./statistic.ts";
import { tcp } from "./tcp.ts";
import { tos } from "./tos.ts";
import { hl, ttl } from "./ttl.ts";
import { udp } from "./udp.ts";

const all: readonly MatchModule<unknown>[] = [
  tcp,
  udp,
  sctp,
  multiport,
  comment,
  mark,
  connmark,
  conntrack,
  state,
  addrtype,
  set,
  statistic,
  recent,
  physdev,
  length,
  iprange,
  dscp,
  tos,
  ttl,
  hl,
  owner,
  mac,
  icmp,
  icmp6,
  limit,
  hashlimit,
  ipvs,
  nfacct,
  pkttype,
  policy,
  ...recognisedMatches,
];

/** Every match natlens knows, by the name after `-m`. */
export const matches: ReadonlyMap<string, MatchModule<unknown>> = new Map(all.map((match) => [match.name, match]));

/** The match that `-p` brings along, for options without `-m`. libxtables find_proto. */
const ofProtocol: Readonly<Record<string, string>> = { "ipv6-icmp": "icmp6", "mobility-header": "mh", udplite: "udp" };
export const protocolMatch = (proto: string): MatchModule<unknown> | undefined =>
  matches.get(ofProtocol[proto] ?? proto);
