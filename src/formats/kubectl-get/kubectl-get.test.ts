import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codes, covered, fixtureChecks, formatsOf, plain, read } from "../testing/format-checks.ts";
import { kubectlGet } from "./kubectl-get.ts";

fixtureChecks(kubectlGet, import.meta.dirname);

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");

describe("kubectl get tables", () => {
  it("reads svc,ep of all namespaces", () => {
    const reading = read(fixture("kubectl-1.28-all.txt"));
    expect(plain(reading.snapshot.services)).toEqual({
      coverage: "partial",
      list: [
        {
          namespace: "default",
          name: "kubernetes",
          type: "ClusterIP",
          clusterIps: ["10.96.0.1"],
          externalIps: [],
          loadBalancerIps: [],
          ports: [{ port: 443, proto: "tcp" }],
          selector: [],
        },
        {
          namespace: "default",
          name: "web",
          type: "LoadBalancer",
          clusterIps: ["10.96.5.7"],
          externalIps: [],
          loadBalancerIps: ["203.0.113.9"],
          ingress: [{ ip: "203.0.113.9" }],
          ports: [
            { port: 80, nodePort: 30080, proto: "tcp" },
            { port: 53, nodePort: 30053, proto: "udp" },
          ],
          selector: [
            ["app", "web"],
            ["tier", "f"],
          ],
        },
        {
          namespace: "kube-system",
          name: "dns",
          type: "ClusterIP",
          clusterIps: [],
          headless: true,
          externalIps: [],
          loadBalancerIps: [],
          ports: [{ port: 53, proto: "udp" }],
          selector: [["k8s-app", "dns"]],
        },
      ],
    });
    expect(reading.snapshot.endpoints.list.map((e) => `${e.namespace}/${e.service} ${e.address}:${e.port}`)).toEqual([
      "default/kubernetes 198.51.100.7:6443",
      "default/kubernetes 198.51.100.8:6443",
      "default/kubernetes 198.51.100.9:6443",
    ]);
    const [cut] = reading.diagnostics;
    expect(cut?.code).toBe("kubectl-get/endpoints-cut");
    expect(cut && covered(reading, cut.at)).toMatch(/^198.* \+ 1 more\.\.\.$/);
  });

  const all =
    "$ kubectl get svc -A\nNAMESPACE   NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\na           b      ClusterIP   10.96.0.9    <none>        80/TCP    1d\n";
  const cases: [name: string, text: string, expected: object][] = [
    ["-A is all of them", all, { coverage: "whole" }],
    [
      "-n names the namespace",
      "$ kubectl get svc -n a\nNAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\nb      ClusterIP   10.96.0.9    <none>        80/TCP    1d\n",
      { coverage: "partial", list: [{ namespace: "a", name: "b" }] },
    ],
    [
      "a page set the columns anew",
      "NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE\n".replaceAll(" ", "  ") +
        "b ClusterIP 10.96.0.9 <none> 80/TCP 1d\n",
      { list: [{ name: "b", clusterIps: ["10.96.0.9"], ports: [{ port: 80 }] }] },
    ],
    [
      "tabs",
      "NAME\t\tTYPE\t\tCLUSTER-IP\t\tEXTERNAL-IP\t\tPORT(S)\t\tAGE\nb\t\tClusterIP\t\t10.96.0.9\t\t<none>\t\t80/TCP\t\t1d\n",
      { list: [{ name: "b", clusterIps: ["10.96.0.9"] }] },
    ],
    ["blanks of a page", all.replaceAll(" ", "\u00a0"), { list: [{ name: "b", clusterIps: ["10.96.0.9"] }] }],
    [
      "pending and external",
      "NAME   TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE\nb      LoadBalancer   10.96.0.9    <pending>     80:30080/TCP   1d\nc      ClusterIP      10.96.0.8    192.0.2.7     80/TCP         1d\n",
      { list: [{ loadBalancerIps: [] }, { externalIps: ["192.0.2.7"] }] },
    ],
  ];
  it.each(cases)("%s", (_name, text, expected) => expect(plain(read(text).snapshot.services)).toMatchObject(expected));

  it("reads slices", () => {
    const text =
      "NAME           ADDRESSTYPE   PORTS   ENDPOINTS                    AGE\nwebapp-wd6db   IPv4          8080    10.60.166.160,10.60.104.46   119m\n";
    expect(read(text).snapshot.endpoints.list.map((e) => `${e.service} ${e.address}:${e.port}`)).toEqual([
      "webapp 10.60.166.160:8080",
      "webapp 10.60.104.46:8080",
    ]);
  });
  it("recognises other tables", () => {
    const text = "NAME   DESIRED   CURRENT   READY   AGE\nweb    3         3         3       1y\n";
    expect(formatsOf(read(text))).toEqual(["kubectl-get"]);
    expect(codes(read(text))).toEqual(["kubectl-get/not-used"]);
  });
  it("says that other JSON is no Kubernetes object", () => {
    const reading = read('{\n  "name": "some-package",\n  "version": "1.0.0"\n}\n');
    expect(reading.diagnostics.map((d) => [d.code, d.severity])).toEqual([["kubectl-get/no-object", "warning"]]);
    expect(formatsOf(reading)).toEqual([]);
    expect(codes(read('{\n  "kind": "Secret",\n  "apiVersion": "v1"\n}\n'))).toEqual(["kubectl-get/not-used"]);
  });
  it("points at a port it cannot read", () => {
    const reading = read(all.replace("80/TCP", "80/FOO"));
    expect(reading.diagnostics.map((d) => [d.code, covered(reading, d.at)])).toEqual([
      ["kubectl-get/bad-port", "80/FOO"],
    ]);
  });
});

describe("kubectl get -o yaml", () => {
  const text = fixture("kubectl-1.28.yaml.txt");
  it("reads Services, Endpoints and slices, and no old copy in an annotation", () => {
    const { services, endpoints } = read(text).snapshot;
    expect(plain(services.list)).toEqual([
      {
        namespace: "default",
        name: "web",
        type: "LoadBalancer",
        clusterIps: ["10.96.5.7", "fd00:96::7"],
        externalIps: ["198.51.100.200"],
        loadBalancerIps: ["203.0.113.9"],
        ingress: [{ ip: "203.0.113.9" }],
        ports: [{ name: "http", port: 80, nodePort: 30080, proto: "tcp", targetPort: 8080 }],
        externalTrafficPolicy: "Local",
      },
    ]);
    expect(endpoints.list.map((e) => `${e.service} ${e.address}:${e.port} ${e.ready}`)).toEqual([
      "web 10.244.1.5:8080 true",
      "web 10.244.1.6:8080 false",
      "api 10.244.1.7:6443 true",
      "api 10.244.1.8:6443 false",
    ]);
  });
  it("reads the same from JSON", () => {
    const json = {
      apiVersion: "v1",
      kind: "List",
      items: [
        {
          apiVersion: "v1",
          kind: "Service",
          metadata: { name: "web", namespace: "default" },
          spec: { clusterIP: "10.96.5.7", ports: [{ port: 80, protocol: "TCP" }] },
        },
      ],
    };
    for (const printed of [JSON.stringify(json, null, 4), JSON.stringify(json)])
      expect(plain(read(`${printed}\n`).snapshot.services.list)).toMatchObject([
        { name: "web", clusterIps: ["10.96.5.7"] },
      ]);
  });
  it("points at an endpoint's own lines", () => {
    const reading = read(text);
    const [first] = reading.snapshot.endpoints.list;
    expect(first && covered(reading, first.at)).toMatch(/^ip: 10\.244\.1\.5\n/);
  });
  it("reads kube-proxy's ConfigMap, pointing into it", () => {
    const reading = read(fixture("kubeadm-config-map.txt"));
    const config = reading.snapshot.kubeProxy;
    expect(config?.mode?.value).toBe("ipvs");
    expect(config?.strictArp?.value).toBe(true);
    expect(config?.clusterCidr && covered(reading, config.clusterCidr.at)).toBe("clusterCIDR: 10.244.0.0/16");
    expect(config?.whole).toBe(true);
  });
  it("finds the configuration's keys where the indent was lost, and claims no more", () => {
    const flat = fixture("kubeadm-config-map.txt").replace(/^ +/gm, "");
    const reading = read(`$ kubectl -n kube-system get cm kube-proxy -o yaml\n${flat}`);
    expect(reading.snapshot.kubeProxy?.mode?.value).toBe("ipvs");
    expect(reading.snapshot.kubeProxy?.whole).toBe(false);
  });
  it("says where YAML breaks and keeps going", () => {
    expect(codes(read(text.replace("    name: web\n", "    name: [web\n")))).toContain("kubectl-get/bad-yaml");
  });
  it("makes one Service of a table and YAML", () => {
    const table =
      "$ kubectl get svc\nNAME   TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE\nweb    LoadBalancer   10.96.5.7    203.0.113.9   80:30080/TCP   1d\n";
    expect(plain(read(`${table}\`\`\`\n${text}`).snapshot.services.list)).toMatchObject([
      { name: "web", externalTrafficPolicy: "Local", ports: [{ name: "http" }] },
    ]);
  });
});
