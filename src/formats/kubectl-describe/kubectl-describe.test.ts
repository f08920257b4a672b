import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { printCidr } from "../../model/net/cidr.ts";
import { codes, covered, fixtureChecks, formatsOf, plain, read } from "../testing/format-checks.ts";
import { kubectlDescribe } from "./kubectl-describe.ts";

fixtureChecks(kubectlDescribe, import.meta.dirname);

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, "fixtures", `${name}-kubectl-1.32.txt`), "utf8");

describe("kubectl describe", () => {
  it("reads a Service and its endpoints", () => {
    const { services, endpoints } = read(fixture("service")).snapshot;
    expect(services.coverage).toBe("partial");
    expect(plain(services.list)).toMatchObject([
      {
        namespace: "default",
        name: "web",
        type: "LoadBalancer",
        clusterIps: ["10.96.5.7", "fd00:96::7"],
        externalIps: ["198.51.100.200"],
        loadBalancerIps: ["203.0.113.9"],
        ingress: [{ ip: "203.0.113.9", ipMode: "VIP" }, { hostname: "lb.example.com" }],
        ports: [
          { name: "http", port: 80, nodePort: 30080, targetPort: 8080, proto: "tcp" },
          { name: "dns", port: 53, nodePort: 30053, targetPort: "dns", proto: "udp" },
        ],
        sessionAffinity: "ClientIP",
        externalTrafficPolicy: "Local",
        internalTrafficPolicy: "Cluster",
        healthCheckNodePort: 32000,
      },
    ]);
    expect(endpoints.list.map((e) => `${e.address}:${e.port} ${e.portName} ${e.proto}`)).toEqual([
      "10.244.1.5:8080 http tcp",
      "10.244.1.5:5353 dns udp",
    ]);
  });
  it("says where endpoints were left out", () => {
    const reading = read(fixture("service").replace("10.244.1.5:8080", "10.244.1.5:8080,10.244.1.6:8080 + 1 more..."));
    expect(reading.diagnostics.map((d) => [d.code, covered(reading, d.at)])).toEqual([
      ["kubectl-get/endpoints-cut", expect.stringMatching(/^Endpoints:.* \+ 1 more\.\.\.$/)],
    ]);
  });
  it("reads Endpoints, ready and not", () => {
    expect(read(fixture("endpoints")).snapshot.endpoints.list.map((e) => `${e.address}:${e.port} ${e.ready}`)).toEqual([
      ...["10.244.1.5", "10.244.1.6", "10.244.1.7", "10.244.1.8"].map((a) => `${a}:8080 true`),
      "10.244.2.9:8080 false",
      ...["10.244.1.5", "10.244.1.6", "10.244.1.7", "10.244.1.8"].map((a) => `${a}:5353 true`),
      "10.244.2.9:5353 false",
    ]);
  });
  it("reads a slice", () => {
    expect(plain(read(fixture("endpointslice")).snapshot.endpoints.list)).toEqual([
      {
        namespace: "default",
        service: "web",
        address: "10.244.1.5",
        portName: "http",
        port: 8080,
        proto: "tcp",
        ready: true,
        nodeName: "n1",
        zone: "z1",
        pod: "web-5",
      },
      {
        namespace: "default",
        service: "web",
        address: "10.244.1.6",
        portName: "http",
        port: 8080,
        proto: "tcp",
        ready: false,
        nodeName: "n2",
      },
    ]);
  });
  it("reads a Node", () => {
    const reading = read(fixture("node"));
    const [node] = reading.snapshot.cluster.nodes;
    expect(node?.podCidrs.map((p) => printCidr(p.cidr))).toEqual(["10.244.1.0/24", "fd00:244:0:1::/64"]);
    expect(plain(node)).toMatchObject({
      name: "n1",
      ready: true,
      internalIps: ["198.51.100.7"],
      externalIps: ["203.0.113.77"],
      kernelVersion: "6.1.0-56-cloud-amd64",
      kubeProxyVersion: "v1.28.3",
    });
  });
  it("reads how a DaemonSet starts kube-proxy", () => {
    const { kubeProxy, proxyRun } = read(fixture("daemonset")).snapshot;
    expect(kubeProxy?.configFile?.value).toBe("/var/lib/kube-proxy/config.conf");
    expect(proxyRun?.version?.value).toBe("v1.28.3");
  });
  it("leaves the text in a ConfigMap to the configuration's own format", () => {
    const text = `Name:         kube-proxy
Namespace:    kube-system
Labels:       app=kube-proxy
Annotations:  <none>

Data
====
config.conf:
----
apiVersion: kubeproxy.config.k8s.io/v1alpha1
clusterCIDR: 10.244.0.0/16
conntrack:
  maxPerCore: null
kind: KubeProxyConfiguration
mode: ipvs


kubeconfig.conf:
----
apiVersion: v1
kind: Config
clusters:
- cluster:
    server: https://198.51.100.7:6443
  name: default


BinaryData
====

Events:  <none>
`;
    const reading = read(`$ kubectl -n kube-system describe cm kube-proxy\n${text}`);
    expect(formatsOf(reading).slice(0, 2)).toEqual(["kubectl-describe", "kube-proxy-config"]);
    expect(codes(reading).filter((c) => c !== "paste/noise" && c !== "kubectl-get/not-used")).toEqual([]);
    expect(plain(reading.snapshot.kubeProxy)).toMatchObject({ whole: true, mode: { value: "ipvs" } });
  });
  it("says of other objects that they are not used", () => {
    expect(codes(read("Name:         x\nNamespace:    default\nType:         Opaque\n"))).toEqual([
      "kubectl-describe/not-used",
    ]);
  });
});
