import { endpointHash } from "./chain-names.ts";
import type { Proxier, ServedEndpoint, ServedPort, WrittenTable } from "./cluster.ts";
import { append, at, comment, host, portNameOf, since } from "./spelling.ts";

/** 31 bits stand for certainty: what the kernel keeps of a probability and iptables-save prints back. */
const certain = 2 ** 31;
/** 1/n as kube-proxy writes it (5 digits up to 1.16, 10 later; PR 83599), as iptables-save prints it. */
const probability = (v: Proxier["version"], n: number): string =>
  (Math.round(Number((1 / n).toFixed(since(v, 17) ? 10 : 5)) * certain) / certain).toFixed(11);

/** More endpoints than this in all, and kube-proxy leaves comments out. */
const mostCommented = 1000;

/** Whether rules of service and endpoint chains bear comments: lost in 1.12 to 1.17 (PR 65755), left out in large clusters. */
export const hasComments = ({ version: v }: Proxier, endpointsInAll: number): boolean =>
  !since(v, 12) || (since(v, 18) && endpointsInAll <= mostCommented);

export const endpointChain = (proxy: Proxier, s: ServedPort, e: ServedEndpoint): string =>
  `KUBE-SEP-${endpointHash(portNameOf(s, proxy.version), s.proto, at(e.address, e.port))}`;

/** A chain that draws one of the endpoints, the sticky ones first; `says` is the comment of the drawing rules. */
export function balance(
  nat: WrittenTable,
  proxy: Proxier,
  chain: string,
  s: ServedPort,
  endpoints: readonly ServedEndpoint[],
  says: (e: ServedEndpoint, index: number) => string | undefined,
): void {
  const words = (text: string | undefined): string => (text === undefined ? "" : `${comment(text)} `);
  if (s.affinity !== undefined)
    for (const [i, e] of endpoints.entries()) {
      const to = endpointChain(proxy, s, e);
      append(
        nat,
        chain,
        `${words(says(e, i))}-m recent --rcheck --seconds ${s.affinity} --reap --name ${to} --mask ${noMask(proxy)} --rsource -j ${to}`,
      );
    }
  for (const [i, e] of endpoints.entries()) {
    const left = endpoints.length - i;
    const draw = left > 1 ? `-m statistic --mode random --probability ${probability(proxy.version, left)} ` : "";
    append(nat, chain, `${words(says(e, i))}${draw}-j ${endpointChain(proxy, s, e)}`);
  }
}

const noMask = ({ family }: Proxier): string =>
  family === 4 ? "255.255.255.255" : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

/** KUBE-SEP-…: marks what the endpoint sends to itself, then rewrites the destination. */
export function endpointRules(
  nat: WrittenTable,
  proxy: Proxier,
  s: ServedPort,
  endpoints: readonly ServedEndpoint[],
  commented: boolean,
): void {
  const said = commented ? `${comment(portNameOf(s, proxy.version))} ` : "";
  for (const e of endpoints) {
    const chain = endpointChain(proxy, s, e);
    const sticky = s.affinity === undefined ? "" : `-m recent --set --name ${chain} --mask ${noMask(proxy)} --rsource `;
    append(
      nat,
      chain,
      `-s ${host(e.address)} ${said}-j KUBE-MARK-MASQ`,
      `-p ${s.proto} ${said}${sticky}-m ${s.proto} -j DNAT --to-destination ${at(e.address, e.port)}`,
    );
  }
}
