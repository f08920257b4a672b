import { expect, it } from "vitest";
import { covered, read } from "../testing/format-checks.ts";

const object = (kind: string, rest: object) =>
  `${JSON.stringify({ apiVersion: "v1", kind, metadata: { name: "web", namespace: "a" }, ...rest }, null, 2)}\n`;

/** What says that a Service has no endpoint, and where it says so. */
const cases: [name: string, text: string, service: string | undefined, from: RegExp][] = [
  [
    "a row of Endpoints",
    "NAMESPACE   NAME   ENDPOINTS         AGE\na           web    <none>            1d\na           api    10.244.1.5:8080   1d\n",
    "a/web",
    /^a +web +<none> +1d$/,
  ],
  [
    "a row of slices",
    "NAMESPACE   NAME        ADDRESSTYPE   PORTS     ENDPOINTS   AGE\na           web-x7k2p   IPv4          <unset>   <unset>     1d\n",
    "a/web",
    /^a +web-x7k2p /,
  ],
  [
    "a row with endpoints",
    "NAMESPACE   NAME   ENDPOINTS         AGE\na           api    10.244.1.5:8080   1d\n",
    undefined,
    /^/,
  ],
  ["an Endpoints object without subsets", object("Endpoints", {}), "a/web", /"kind": "Endpoints"/],
  [
    "a slice without endpoints",
    object("EndpointSlice", { addressType: "IPv4", endpoints: [], ports: [] }),
    "a/web",
    /"kind": "EndpointSlice"/,
  ],
  [
    "a described Service",
    "Name:              web\nNamespace:         a\nSelector:          app=web\nType:              ClusterIP\nIP:                10.96.0.9\nPort:              http  80/TCP\nTargetPort:        8080/TCP\nEndpoints:         <none>\nSession Affinity:  None\nEvents:            <none>\n",
    "a/web",
    /^Endpoints: +<none>$/,
  ],
  [
    "a described Service, as kubectl 1.32 prints it",
    "Name:                     web\nNamespace:                a\nSelector:                 app=web\nType:                     ClusterIP\nIP:                       10.96.0.9\nPort:                     http  80/TCP\nTargetPort:               8080/TCP\nEndpoints:                \nSession Affinity:         None\nInternal Traffic Policy:  Cluster\nEvents:                   <none>\n",
    "a/web",
    /^Endpoints:/,
  ],
];

it.each(cases)("%s", (_name, text, service, from) => {
  const reading = read(text);
  const [first, ...more] = reading.snapshot.endpoints.none;
  expect(more).toEqual([]);
  expect(first && `${first.namespace}/${first.service}`).toBe(service);
  if (first) expect(covered(reading, first.at)).toMatch(from);
});
