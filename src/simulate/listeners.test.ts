import { expect, it } from "vitest";
import { services } from "../diagnose/testing/damage.ts";
import { simulate } from "./simulate.ts";
import { ip } from "./testing/node.ts";
import { aloneWith } from "./testing/service-flows.ts";
import { snapshotOf } from "./testing/written-node.ts";

/** What answers on an address of kube-ipvs0 for which IPVS has no virtual server. */
const kubectl = {
  svc: [
    "$ kubectl get svc -A",
    "NAMESPACE   NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE",
    "default     web2   ClusterIP   10.96.10.2   <none>        80/TCP    9d",
  ],
  ep: [
    "$ kubectl get endpoints -A",
    "NAMESPACE   NAME   ENDPOINTS          AGE",
    "default     web2   10.244.2.20:8080   9d",
  ],
};
const socket = (address: string): string[] => [
  "$ ss -ltunp",
  "Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess",
  `tcp   LISTEN 0      128    ${address}:80         0.0.0.0:*    users:(("nginx",pid=811,fd=3))`,
];

it.each([
  ["nothing is known of sockets", kubectl, "refused"],
  ["a process listens on every address", { ...kubectl, ss: socket("0.0.0.0") }, "wrong-destination"],
  ["a process listens on the node's own address", { ...kubectl, ss: socket("192.168.10.11") }, "refused"],
  ["a process listens on it, and whose the address is is not known", { ss: socket("10.96.10.2") }, "delivered"],
] as const)("%s", (_what, more, outcome) => {
  const node = { mode: "ipvs", version: "1.24", detector: "10.244.0.0/16", services, more } as const;
  const snapshot = snapshotOf(node, (file, text) =>
    file === "ipvsadm" ? text.replace(/^-[Aa] -t 10\.96\.10\.2:80 .*\n/gm, "") : text,
  );
  const flow = { from: "pod", source: ip("10.244.1.77"), to: ip("10.96.10.2"), port: 80, proto: "tcp" } as const;
  expect(simulate(aloneWith(snapshot), flow).outcome).toBe(outcome);
});
