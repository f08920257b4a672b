import type { Diagnostic } from "../../base/diagnostic.ts";
import type { ClusterNode } from "../../model/kubernetes/cluster.ts";
import type { Endpoint, ServicePort } from "../../model/kubernetes/service.ts";
import { parseIp } from "../../model/net/ip.ts";
import type { Contribution, Lines } from "../format.ts";
import { type FlagWord, flagsIn, isVariable } from "../kube-proxy-flags/flag-words.ts";
import { startedWith } from "../kube-proxy-flags/started-with.ts";
import { addressesOf, given, rangeOf } from "../kubectl-get/object-fields.ts";
import { serviceOfSlice } from "../kubectl-get/service-objects.ts";
import { listed } from "../kubectl-get/service-rows.ts";
import { below, type Described, type Entry, textOf } from "./sections.ts";

export function nodeOf(object: Described, lines: Lines): ClusterNode {
  const value = (key: string): string | undefined => textOf(object, key);
  const addresses = (type: string) =>
    addressesOf(
      below(object, "Addresses")
        .filter((e) => e.key === type)
        .map((e) => e.value),
    );
  const ranges = object.entries.find((e) => e.key === "PodCIDRs") ?? object.entries.find((e) => e.key === "PodCIDR");
  // the table of conditions has bare lines: "Ready   True   …"
  const ready = below(object, "Conditions")
    .find((e) => /^Ready\s/.test(e.value))
    ?.value.split(/\s+/)[1];
  return {
    name: value("Name") ?? "",
    ...given("ready", ready === undefined ? undefined : ready === "True"),
    internalIps: addresses("InternalIP"),
    externalIps: addresses("ExternalIP"),
    podCidrs: listed(ranges?.value ?? "").flatMap((text) => {
      const cidr = rangeOf(text);
      return cidr && ranges ? [{ cidr, at: lines.span(ranges.line) }] : [];
    }),
    ...given("kubeletVersion", value("Kubelet Version")),
    ...given("kubeProxyVersion", value("Kube-Proxy Version")),
    ...given("osImage", value("OS Image")),
    ...given("kernelVersion", value("Kernel Version")),
    ...given("containerRuntime", value("Container Runtime Version")),
    at: object.at,
  };
}

interface NamedPort {
  readonly portName?: string;
  readonly port: number;
  readonly proto: ServicePort["proto"];
}
/** Rows of `Name  Port  Protocol` below `Ports:`. */
const portsIn = (entries: readonly Entry[]): NamedPort[] =>
  entries.flatMap((e): NamedPort[] => {
    const [, name = "", port = "", proto = ""] = /^(\S+)\s+(\d{1,5})\s+(TCP|UDP|SCTP)$/.exec(e.value) ?? [];
    if (port === "") return [];
    const lower = proto.toLowerCase() as NamedPort["proto"];
    return [{ ...given("portName", name.startsWith("<") ? undefined : name), port: Number(port), proto: lower }];
  });

/** `kubectl describe endpoints`: addresses, then the ports that all of them have, for each subset. */
export function endpointsOf(object: Described, lines: Lines): Endpoint[] {
  const base = { ...given("namespace", textOf(object, "Namespace")), service: textOf(object, "Name") ?? "" };
  const found: Endpoint[] = [];
  let addresses: { readonly entry: Entry; readonly ready: boolean }[] = [];
  for (const entry of object.entries) {
    if (entry.key === "Addresses") addresses = [{ entry, ready: true }];
    else if (entry.key === "NotReadyAddresses") addresses.push({ entry, ready: false });
    for (const port of entry.key === "" ? portsIn([entry]) : [])
      for (const { entry: from, ready } of addresses)
        for (const address of addressesOf(listed(from.value)))
          found.push({ ...base, address, ...port, ready, at: lines.span(from.line) });
  }
  return found;
}

/** `kubectl describe endpointslice`. */
export function sliceOf(object: Described, lines: Lines): Endpoint[] {
  const owner = /kubernetes\.io\/service-name=(\S+)/;
  const label = object.entries.map((e) => owner.exec(e.value)?.[1]).find((o) => o !== undefined);
  const base = {
    ...given("namespace", textOf(object, "Namespace")),
    service: label ?? serviceOfSlice(textOf(object, "Name") ?? ""),
  };
  const ports = portsIn(below(object, "Ports"));
  const found: Endpoint[] = [];
  let open: Partial<Endpoint> & { addresses: readonly string[]; line: number } = { addresses: [], line: 0 };
  const flush = (): void => {
    const { addresses, line, ...about } = open;
    for (const text of addresses) {
      const address = parseIp(text);
      if (address === undefined) continue;
      for (const port of ports) found.push({ ...base, address, ...port, ...about, at: lines.span(line) });
    }
  };
  for (const entry of below(object, "Endpoints")) {
    if (entry.key === "Addresses") {
      flush();
      open = { addresses: listed(entry.value), line: entry.line };
    } else if (entry.key === "Ready") open = { ...open, ready: entry.value === "true" };
    else if (entry.key === "Serving") open = { ...open, serving: entry.value === "true" };
    else if (entry.key === "Terminating") open = { ...open, terminating: entry.value === "true" };
    else if (entry.key === "NodeName" && !entry.value.startsWith("<")) open = { ...open, nodeName: entry.value };
    else if (entry.key === "Zone" && !entry.value.startsWith("<")) open = { ...open, zone: entry.value };
    else if (entry.key === "TargetRef" && entry.value.startsWith("Pod/")) open = { ...open, pod: entry.value.slice(4) };
  }
  flush();
  return found;
}

/** Command and Args of a described Pod or DaemonSet, one word a line, and the image. */
export function saidByContainer(object: Described, lines: Lines, diagnostics: Diagnostic[]): Contribution[] {
  const bare = [...below(object, "Command"), ...below(object, "Args")].filter((e) => e.key === "");
  const words = bare.flatMap((e): FlagWord[] => e.value.split(/\s+/).map((text) => ({ text, at: lines.span(e.line) })));
  const [first] = words;
  const last = words[words.length - 1];
  const found: Contribution[] = [];
  if (first && last && words.some((w) => /(?:^|\/)kube-proxy$/.test(w.text))) {
    const at = { ...first.at, to: Math.max(last.at.to, first.at.to) };
    const whole = !words.some((w) => isVariable(w.text));
    found.push({ kind: "kube-proxy", config: startedWith(flagsIn(words), whole, at, diagnostics) });
  }
  const image = object.entries.find((e) => e.key === "Image");
  const version = /\bkube-proxy(?:-\w+)?:(v\d+\.\d+\.\d+\S*)/.exec(image?.value ?? "")?.[1];
  if (image && version !== undefined)
    found.push({
      kind: "proxy-run",
      run: { version: { value: version, at: lines.span(image.line), from: "image" }, remarks: [] },
    });
  return found;
}
