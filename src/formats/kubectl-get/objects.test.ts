import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { printCidr } from "../../model/net/cidr.ts";
import { codes, covered, plain, read } from "../testing/format-checks.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");
const object = (kind: string, rest: object, name = "web") =>
  `${JSON.stringify({ apiVersion: "v1", kind, metadata: { name, namespace: "default" }, ...rest }, null, 4)}\n`;
const service = (spec: object, status?: object) => object("Service", { spec, ...(status ? { status } : {}) });

describe("kubectl get service -o json", () => {
  const port = { port: 80, protocol: "TCP" };
  const cases: [name: string, spec: object, status: object | undefined, expected: object][] = [
    [
      "a target port by name",
      { ports: [{ ...port, targetPort: "http" }] },
      undefined,
      { ports: [{ targetPort: "http" }] },
    ],
    [
      "a target port by number",
      { ports: [{ ...port, targetPort: 8080 }] },
      undefined,
      { ports: [{ targetPort: 8080 }] },
    ],
    [
      "headless",
      { clusterIP: "None", clusterIPs: ["None"], ports: [port] },
      undefined,
      { headless: true, clusterIps: [] },
    ],
    [
      "a name outside",
      { type: "ExternalName", externalName: "db.example.com" },
      undefined,
      { externalName: "db.example.com" },
    ],
    [
      "two stacks",
      { clusterIP: "10.96.0.9", clusterIPs: ["10.96.0.9", "fd00::9"] },
      undefined,
      { clusterIps: ["10.96.0.9", "fd00::9"] },
    ],
    [
      "a load balancer whose address kube-proxy leaves alone",
      { type: "LoadBalancer" },
      { loadBalancer: { ingress: [{ ip: "203.0.113.9", ipMode: "Proxy" }] } },
      { loadBalancerIps: [], ingress: [{ ip: "203.0.113.9", ipMode: "Proxy" }] },
    ],
    [
      "a load balancer by name",
      { type: "LoadBalancer" },
      { loadBalancer: { ingress: [{ hostname: "lb.example.com" }] } },
      { loadBalancerIps: [], ingress: [{ hostname: "lb.example.com" }] },
    ],
    ["a load balancer to come", { type: "LoadBalancer" }, { loadBalancer: {} }, { pending: true }],
    [
      "policies and affinity",
      {
        externalTrafficPolicy: "Local",
        internalTrafficPolicy: "Local",
        healthCheckNodePort: 32000,
        publishNotReadyAddresses: true,
        sessionAffinity: "ClientIP",
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      },
      undefined,
      {
        externalTrafficPolicy: "Local",
        internalTrafficPolicy: "Local",
        healthCheckNodePort: 32000,
        publishNotReadyAddresses: true,
        sessionAffinity: "ClientIP",
        affinitySeconds: 60,
      },
    ],
    ["a selector", { selector: { app: "web" } }, undefined, { selector: [["app", "web"]] }],
  ];
  it.each(cases)("%s", (_name, spec, status, expected) =>
    expect(plain(read(service(spec, status)).snapshot.services.list[0])).toMatchObject(expected),
  );
  it("reads source ranges", () => {
    const [web] = read(service({ loadBalancerSourceRanges: ["203.0.113.0/24", "nonsense"] })).snapshot.services.list;
    expect(web?.loadBalancerSourceRanges?.map(printCidr)).toEqual(["203.0.113.0/24"]);
  });
  it("says nothing of what was not printed", () => {
    const [web] = read(
      "NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\nb      ClusterIP   10.96.0.9    <none>        80/TCP    1d\n",
    ).snapshot.services.list;
    expect(Object.keys(web ?? {}).sort()).toEqual([
      "at",
      "clusterIps",
      "externalIps",
      "loadBalancerIps",
      "name",
      "ports",
      "type",
    ]);
  });
});

describe("endpoints", () => {
  it("merges slices by label, with conditions, node, zone, hints and pod", () => {
    const slice = (name: string, endpoints: object[]) => ({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name, namespace: "default", labels: { "kubernetes.io/service-name": "web" } },
      addressType: "IPv4",
      ports: [{ name: "http", port: 8080, protocol: "TCP" }],
      endpoints,
    });
    const list = {
      apiVersion: "v1",
      kind: "List",
      items: [
        slice("web-a", [
          { addresses: ["10.244.1.5"], nodeName: "n1", zone: "z1", hints: { forZones: [{ name: "z1" }] } },
        ]),
        slice("web-b", [
          { addresses: ["10.244.1.6"], conditions: { ready: false, serving: true, terminating: true } },
          { addresses: ["10.244.1.7"], conditions: { ready: null }, targetRef: { kind: "Pod", name: "web-7" } },
        ]),
      ],
    };
    const { endpoints } = read(`${JSON.stringify(list)}\n`).snapshot;
    const base = { namespace: "default", service: "web", port: 8080, portName: "http", proto: "tcp" };
    expect(plain(endpoints.list)).toEqual([
      {
        ...base,
        address: "10.244.1.5",
        ready: true,
        serving: true,
        terminating: false,
        nodeName: "n1",
        zone: "z1",
        forZones: ["z1"],
      },
      { ...base, address: "10.244.1.6", ready: false, serving: true, terminating: true },
      { ...base, address: "10.244.1.7", ready: true, serving: true, terminating: false, pod: "web-7" },
    ]);
  });
  it("makes one of Endpoints and its slice", () => {
    const reading = read(fixture("objects-kubectl-1.32.json.txt"));
    expect(
      reading.snapshot.endpoints.list.map((e) => `${e.address}:${e.port} ${e.ready} ${e.serving} ${e.zone ?? ""}`),
    ).toEqual(
      [
        "10.244.1.5:8080 true true z1",
        "10.244.1.5:5353 true undefined ",
        "10.244.1.6:8080 true false ",
        "10.244.1.6:5353 true undefined ",
        "10.244.1.7:8080 true undefined ",
        "10.244.1.7:5353 true undefined ",
        "10.244.1.8:8080 true undefined ",
        "10.244.1.8:5353 true undefined ",
        "10.244.2.9:8080 false undefined ",
        "10.244.2.9:5353 false undefined ",
      ].map((line) => line.replace("10.244.1.6:8080 true false", "10.244.1.6:8080 true true")),
    );
  });
  it("reads a raw list whose items have no kind", () => {
    const raw = {
      kind: "ServiceList",
      apiVersion: "v1",
      metadata: {},
      items: [{ metadata: { name: "web" }, spec: { clusterIP: "10.96.0.9" } }],
    };
    expect(read(`${JSON.stringify(raw)}\n`).snapshot.services.list.map((s) => s.name)).toEqual(["web"]);
  });
});

describe("a list too long to be read at once", () => {
  const count = 300;
  const items = Array.from({ length: count }, (_, i) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: `svc-${i}`, namespace: "default", annotations: { filler: "x".repeat(30_000) } },
    spec: { clusterIP: `10.96.${i >> 8}.${i & 255}`, ports: [{ port: 80, protocol: "TCP" }] },
  }));
  const yaml = `apiVersion: v1\nitems:\n${items
    .map(
      ({ metadata: m, spec }) =>
        `- apiVersion: v1\n  kind: Service\n  metadata:\n    annotations:\n      filler: ${m.annotations.filler}\n    name: ${m.name}\n    namespace: default\n  spec:\n    clusterIP: ${spec.clusterIP}\n    ports:\n    - port: 80\n      protocol: TCP\n`,
    )
    .join(
      "",
    )}kind: List\nmetadata:\n  resourceVersion: ""\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: last\nspec:\n  clusterIP: 10.97.0.1\n`;
  const list = { apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } };
  const json = `${JSON.stringify(list, null, 4)}\n`;
  it.each([
    ["YAML", yaml, count + 1],
    ["JSON", json, count],
    ["JSON as jq prints it", `${JSON.stringify(list, null, 2)}\n`, count],
  ])("is read item by item: %s", (_name, text, expected) => {
    expect(text.length).toBeGreaterThan(8 << 20);
    const reading = read(text);
    expect(codes(reading)).toEqual([]);
    const { list } = reading.snapshot.services;
    expect(list).toHaveLength(expected);
    const some = list[234];
    expect(some?.clusterIps).toEqual(["10.96.0.234"]);
    expect(some && covered(reading, some.at)).toMatch(/svc-234"?,?\n/);
  });
  it.each([2, 4])("is read at once where only the list says the kind, indented by %i", (width) => {
    const raw = items.slice(0, 100).map(({ metadata, spec }) => ({ metadata, spec }));
    const reading = read(`${JSON.stringify({ kind: "ServiceList", apiVersion: "v1", items: raw }, null, width)}\n`);
    expect(reading.snapshot.services.list).toHaveLength(100);
  });
  it("loses no more than the item that is broken", () => {
    const reading = read(json.replace('"name": "svc-7"', '"name": ]'));
    expect(codes(reading)).toContain("kubectl-get/bad-yaml");
    expect(reading.snapshot.services.list.length).toBeGreaterThanOrEqual(count - 1);
    expect(reading.snapshot.services.coverage).toBe("partial");
  });
});

describe("nodes and pods", () => {
  it("reads a Node", () => {
    const { cluster } = read(fixture("objects-kubectl-1.32.json.txt")).snapshot;
    expect(cluster.nodes.map((n) => n.podCidrs.map((p) => printCidr(p.cidr)))).toEqual([
      ["10.244.1.0/24", "fd00:244:0:1::/64"],
    ]);
    expect(plain(cluster.nodes)).toMatchObject([
      {
        name: "n1",
        ready: true,
        internalIps: ["198.51.100.7"],
        externalIps: ["203.0.113.77"],
        kubeletVersion: "v1.28.3",
        kubeProxyVersion: "v1.28.3",
        kernelVersion: "6.1.0-56-cloud-amd64",
        osImage: "Debian GNU/Linux 12 (bookworm)",
        containerRuntime: "containerd://1.7.2",
      },
    ]);
  });
  it("reads a Pod", () => {
    const text = object("Pod", {
      metadata: { name: "web-1", namespace: "default", labels: { app: "web" } },
      spec: { nodeName: "n1", hostNetwork: true, containers: [{ name: "c" }] },
      status: {
        phase: "Running",
        podIP: "198.51.100.7",
        podIPs: [{ ip: "198.51.100.7" }, { ip: "2001:db8::7" }],
        hostIP: "198.51.100.7",
      },
    });
    expect(plain(read(text).snapshot.cluster.pods)).toEqual([
      {
        namespace: "default",
        name: "web-1",
        podIps: ["198.51.100.7", "2001:db8::7"],
        hostIp: "198.51.100.7",
        nodeName: "n1",
        hostNetwork: true,
        phase: "Running",
        labels: [["app", "web"]],
      },
    ]);
  });

  const wideNodes =
    "NAME   STATUS                     ROLES           AGE   VERSION    INTERNAL-IP    EXTERNAL-IP   OS-IMAGE                KERNEL-VERSION          CONTAINER-RUNTIME\n" +
    "n1     Ready,SchedulingDisabled   control-plane   21d   v1.28.3    198.51.100.7   <none>        CentOS Linux 7 (Core)   3.10.0-957.el7.x86_64   docker://18.9.9\n" +
    "n2     NotReady                   <none>          21d   v1.28.3    198.51.100.8   203.0.113.8   CentOS Linux 7 (Core)   3.10.0-957.el7.x86_64   docker://18.9.9\n";
  const reflowed = wideNodes.replace(/^(n\d.*)$/gm, (row) => row.replace(/ +/g, " "));
  it.each([
    ["padded", wideNodes],
    ["set anew by a page", reflowed],
  ])("reads nodes -o wide, %s", (_name, text) => {
    expect(plain(read(text).snapshot.cluster.nodes)).toMatchObject([
      {
        name: "n1",
        ready: true,
        internalIps: ["198.51.100.7"],
        externalIps: [],
        osImage: "CentOS Linux 7 (Core)",
        kernelVersion: "3.10.0-957.el7.x86_64",
      },
      { name: "n2", ready: false, externalIps: ["203.0.113.8"], containerRuntime: "docker://18.9.9" },
    ]);
  });
  const widePods =
    "NAMESPACE     NAME               READY   STATUS    RESTARTS      AGE   IP             NODE   NOMINATED NODE   READINESS GATES\n" +
    "kube-system   kube-proxy-x7k2p   1/1     Running   5 (2d ago)    21d   198.51.100.7   n1     <none>           <none>\n" +
    "default       web-1              0/1     Pending   0             1m    <none>         n1     <none>           <none>\n";
  it.each([
    ["padded", widePods],
    ["set anew by a page", widePods.replace(/^(kube|default)(.*)$/gm, (row) => row.replace(/ +/g, " "))],
  ])("reads pods -o wide, %s", (_name, text) => {
    expect(plain(read(text).snapshot.cluster.pods)).toEqual([
      {
        namespace: "kube-system",
        name: "kube-proxy-x7k2p",
        podIps: ["198.51.100.7"],
        nodeName: "n1",
        phase: "Running",
      },
      { namespace: "default", name: "web-1", podIps: [], nodeName: "n1", phase: "Pending" },
    ]);
  });
  it("reads labels of --show-labels and the selector of -o wide", () => {
    const pods =
      "NAME    READY   STATUS    RESTARTS   AGE   LABELS\nweb-1   1/1     Running   0          1d    app=web,tier=f\n";
    expect(plain(read(pods).snapshot.cluster.pods)).toMatchObject([
      {
        labels: [
          ["app", "web"],
          ["tier", "f"],
        ],
      },
    ]);
    const svc =
      "NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE   SELECTOR\nb      ClusterIP   10.96.0.9    <none>        80/TCP    1d    app=web\n";
    expect(plain(read(svc).snapshot.services.list)).toMatchObject([{ selector: [["app", "web"]] }]);
  });
});
