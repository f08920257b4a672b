import { guessFor } from "../../kube-proxy/expectations.ts";
import type { ServedPort } from "../../kube-proxy/writes/cluster.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import type { Flow } from "../flow.ts";
import type { World } from "../world.ts";
import { ip } from "./node.ts";
import { endpoint, nodeAddress } from "./written-node.ts";

/** A pod of a written node that is no Service's endpoint. */
const somePod = ip("10.244.1.250");
const outsider = ip("198.51.100.7");

/** Service number n: two endpoints, both on other nodes. */
export const service = (n: number, more: Partial<ServedPort> = {}): ServedPort => ({
  namespace: "default",
  name: `web${n}`,
  portName: "http",
  proto: "tcp",
  clusterIp: ip(`10.96.10.${n}`),
  port: 80,
  endpoints: [`10.244.2.${n}:8080`, `10.244.3.${n}:8080`].map(endpoint),
  ...more,
});

/** A Service's flows from every vantage that it has. */
export const flowsTo = (s: ServedPort): Flow[] => [
  { from: "host", to: s.clusterIp, port: s.port, proto: s.proto },
  { from: "pod", source: somePod, to: s.clusterIp, port: s.port, proto: s.proto },
  ...s.endpoints
    .filter((e) => e.onNode)
    .map((e): Flow => ({ from: "hairpin", source: e.address, to: s.clusterIp, port: s.port, proto: s.proto })),
  ...(s.nodePort === undefined
    ? []
    : [{ from: "external", source: outsider, to: ip(nodeAddress), port: s.nodePort, proto: s.proto } as const]),
];

/** Nothing is known of what lies beyond the node. */
export const aloneWith = (snapshot: NodeSnapshot): World => ({
  snapshot,
  beyond: {},
  guess: guessFor(snapshot),
  masqueradeMark: 0x4000,
});
