import { parseIp } from "../../model/net/ip.ts";
import type { IcmpNote } from "../../model/node/observation.ts";

/**
 * What tcpdump prints of ICMP (print-icmp.c) and ICMPv6 (print-icmp6.c):
 *   ICMP 192.0.2.2 udp port 53 unreachable, length 90
 *   ICMP host 192.0.2.2 unreachable - admin prohibited filter, length 36
 *   ICMP 192.0.2.2 unreachable - need to frag (mtu 1450), length 36
 *   ICMP6, destination unreachable, unreachable port, 2001:db8::2 udp port 5000, length 58
 */
export function icmpNote(rest: string): IcmpNote {
  const text = rest.replace(/^(?:HBH )?(?:\([^)]*\) )*(?:\[[^\]]*\] )?ICMP6?,? /, "");
  const port = /(\S+) (tcp|udp|sctp) port (\d+)/.exec(text);
  const quoted = port ? parseIp(port[1] ?? "") : undefined;
  if (port && quoted !== undefined && /unreachable/.test(text))
    return {
      about: /prohibited/.test(text) ? "prohibited" : "port-unreachable",
      quoted: { proto: port[2] ?? "", dst: quoted, dport: Number(port[3]) },
    };
  const about = kinds.find(([, pattern]) => pattern.test(text))?.[0] ?? "other";
  const mtu = /\bmtu (\d+)/.exec(text)?.[1];
  const named = /^(?:host |net |redirect )?(\S+?),? (?:unreachable|to (?:host|net))/.exec(text)?.[1];
  const dst = parseIp(named ?? "");
  return {
    about,
    ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
    ...(dst === undefined ? {} : { quoted: { dst } }),
  };
}

const kinds: readonly (readonly [IcmpNote["about"], RegExp])[] = [
  ["echo-request", /^echo request/],
  ["echo-reply", /^echo reply/],
  ["too-big", /need to frag|packet too big/],
  ["prohibited", /prohibited/],
  ["port-unreachable", /unreachable port|port \w* ?unreachable/],
  ["host-unreachable", /unreachable/],
  ["time-exceeded", /time exceeded/],
  ["redirect", /^redirect/],
  ["neighbour", /^(?:neighbor|router) (?:solicitation|advertisement)|^multicast listener/],
];
