import type { Ip } from "../../model/net/ip.ts";
import type { Proxier, ServedEndpoint, ServedPort } from "./cluster.ts";
import { boundBy } from "./ipvs-sets.ts";
import { at, since } from "./spelling.ts";

const protoFlag = { tcp: "-t", udp: "-u", sctp: "--sctp-service" } as const;

/** Lines of `ipvsadm -S -n`: a virtual server for each address and port, masquerading, weight 1. */
export function virtualServers(proxy: Proxier, services: readonly ServedPort[]): string[] {
  const { version: v } = proxy;
  return services.flatMap((s) => {
    const locals = s.endpoints.filter((e) => e.onNode);
    // 1.24 falls back to all endpoints (PR 97081)
    const externals = s.externalLocal && !(since(v, 24) && locals.length === 0) ? locals : s.endpoints;
    const internals = s.internalLocal ? locals : s.endpoints;
    const outer = [...(s.externalIps ?? []), ...(s.loadBalancerIps ?? [])];
    return [
      ...server(proxy, s, s.clusterIp, s.port, s.externalLocal && !since(v, 10) ? locals : internals),
      ...outer.flatMap((ip) => server(proxy, s, ip, s.port, externals)),
      ...(s.nodePort === undefined
        ? []
        : nodePortAddresses(proxy).flatMap((ip) => server(proxy, s, ip, s.nodePort ?? 0, externals))),
    ];
  });
}

/** 1.10 to 1.21 serve node ports on loopback, too. */
const nodePortAddresses = ({ version: v, family, nodeAddresses }: Proxier): string[] =>
  since(v, 10) && !since(v, 22) && family === 4 ? ["127.0.0.1", ...nodeAddresses] : [...nodeAddresses];

function server(proxy: Proxier, s: ServedPort, ip: string, port: number, to: readonly ServedEndpoint[]): string[] {
  const where = `${protoFlag[s.proto]} ${at(ip, port)}`;
  const sticky = s.affinity === undefined ? "" : ` -p ${s.affinity}`;
  return [
    `-A ${where} -s ${proxy.scheduler}${sticky}`,
    ...to.map((e) => `-a ${where} -r ${at(e.address, e.port)} -m -w 1`),
  ];
}

/** Addresses on kube-ipvs0. */
export const boundAddresses = (proxy: Proxier, services: readonly ServedPort[]): Ip[] => [
  ...new Set(services.flatMap((s) => boundBy(proxy, s))),
];
