import { account } from "./account.ts";
import { addrtype } from "./addrtype.ts";
import { ah } from "./ah.ts";
import { asn } from "./asn.ts";
import { bpf } from "./bpf.ts";
import { cgroup } from "./cgroup.ts";
import { cluster } from "./cluster.ts";
import { comment } from "./comment.ts";
import { condition } from "./condition.ts";
import { connbytes } from "./connbytes.ts";
import { connlabel } from "./connlabel.ts";
import { connlimit } from "./connlimit.ts";
import { connmark } from "./connmark.ts";
import { conntrack } from "./conntrack.ts";
import { cpu } from "./cpu.ts";
import { dccp } from "./dccp.ts";
import { devgroup } from "./devgroup.ts";
import { dhcpmac } from "./dhcpmac.ts";
import { dscp } from "./dscp.ts";
import { dst } from "./dst.ts";
import { ecn } from "./ecn.ts";
import { esp } from "./esp.ts";
import { eui64 } from "./eui64.ts";
import { frag } from "./frag.ts";
import { fuzzy } from "./fuzzy.ts";
import { geoip } from "./geoip.ts";
import { hashlimit } from "./hashlimit.ts";
import { hbh } from "./hbh.ts";
import { helper } from "./helper.ts";
import { hl } from "./hl.ts";
import { icmp } from "./icmp.ts";
import { icmp6 } from "./icmp6.ts";
import { iface } from "./iface.ts";
import { ipcomp } from "./ipcomp.ts";
import { ipp2p } from "./ipp2p.ts";
import { iprange } from "./iprange.ts";
import { ipv4options } from "./ipv4options.ts";
import { ipv6header } from "./ipv6header.ts";
import { ipvs } from "./ipvs.ts";
import { l2tp } from "./l2tp.ts";
import { layer7 } from "./layer7.ts";
import { length } from "./length.ts";
import { length2 } from "./length2.ts";
import { limit } from "./limit.ts";
import { lscan } from "./lscan.ts";
import { mac } from "./mac.ts";
import { mark } from "./mark.ts";
import type { MatchModule } from "./match.ts";
import { mh } from "./mh.ts";
import { multiport } from "./multiport.ts";
import { nfacct } from "./nfacct.ts";
import { nth } from "./nth.ts";
import { osf } from "./osf.ts";
import { owner } from "./owner.ts";
import { physdev } from "./physdev.ts";
import { pknock } from "./pknock.ts";
import { pkttype } from "./pkttype.ts";
import { policy } from "./policy.ts";
import { psd } from "./psd.ts";
import { quota } from "./quota.ts";
import { quota2 } from "./quota2.ts";
import { random } from "./random.ts";
import { rateest } from "./rateest.ts";
import { realm } from "./realm.ts";
import { recent } from "./recent.ts";
import { rpfilter } from "./rpfilter.ts";
import { rt } from "./rt.ts";
import { sctp } from "./sctp.ts";
import { set } from "./set.ts";
import { socket } from "./socket.ts";
import { srh } from "./srh.ts";
import { state } from "./state.ts";
import { statistic } from "./statistic.ts";
import { string } from "./string.ts";
import { tcp } from "./tcp.ts";
import { tcpmss } from "./tcpmss.ts";
import { time } from "./time.ts";
import { tos } from "./tos.ts";
import { ttl } from "./ttl.ts";
import { u32 } from "./u32.ts";
import { udp } from "./udp.ts";

const all: readonly MatchModule<unknown>[] = [
  account,
  addrtype,
  ah,
  asn,
  bpf,
  cgroup,
  cluster,
  comment,
  condition,
  connbytes,
  connlabel,
  connlimit,
  connmark,
  conntrack,
  cpu,
  dccp,
  devgroup,
  dhcpmac,
  dscp,
  dst,
  ecn,
  esp,
  eui64,
  frag,
  fuzzy,
  geoip,
  hashlimit,
  hbh,
  helper,
  hl,
  icmp,
  icmp6,
  iface,
  ipcomp,
  ipp2p,
  iprange,
  ipv4options,
  ipv6header,
  ipvs,
  l2tp,
  layer7,
  length,
  length2,
  limit,
  lscan,
  mac,
  mark,
  mh,
  multiport,
  nfacct,
  nth,
  osf,
  owner,
  physdev,
  pknock,
  pkttype,
  policy,
  psd,
  quota,
  quota2,
  random,
  rateest,
  realm,
  recent,
  rpfilter,
  rt,
  sctp,
  set,
  socket,
  srh,
  state,
  statistic,
  string,
  tcp,
  tcpmss,
  time,
  tos,
  ttl,
  u32,
  udp,
];

/** Every match natlens knows, by the name after `-m`. */
export const matches: ReadonlyMap<string, MatchModule<unknown>> = new Map(all.map((match) => [match.name, match]));

/** The match that `-p` brings along, for options without `-m`. libxtables find_proto. */
const ofProtocol: Readonly<Record<string, string>> = { "ipv6-icmp": "icmp6", "mobility-header": "mh", udplite: "udp" };
export const protocolMatch = (proto: string): MatchModule<unknown> | undefined =>
  matches.get(ofProtocol[proto] ?? proto);
